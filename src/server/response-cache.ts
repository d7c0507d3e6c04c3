import { LRUCache } from 'lru-cache';
import type { App } from '../shared/app.js';
import type { Operation } from './documents.js';

/** An answer that everybody without a token gets to the same request. */
export interface KeptAnswer {
  operation: Operation;
  variables: Record<string, unknown> | null;
  body: Buffer;
  /** Of what it was read from. */
  version: number;
}

/** Bytes that an entry takes beside its texts. */
const ENTRY_BYTES = 200;

/**
 * Whole answers to queries of nobody, by the request's body to the letter, until what they say may have changed: the
 * database counts the changes to the tables that the public reads, whoever makes them (`catalogue_version`).
 */
export class ResponseCache {
  readonly #answers: LRUCache<string, KeptAnswer> | null;

  constructor(private readonly app: App) {
    const { responseCacheBytes: maxSize } = app.config;
    const sizeCalculation = ({ body }: KeptAnswer, request: string) => body.length + request.length + ENTRY_BYTES;
    this.#answers = maxSize > 0 && app.plans ? new LRUCache({ maxSize, sizeCalculation }) : null;
  }

  /** The version of what the public may read, as it is now: ask before anything is read. Null keeps and finds nothing. */
  version(): number | null {
    try {
      return this.#answers && this.app.catalogueVersion();
    } catch {
      // The database is gone: whoever reads from it says so.
      return null;
    }
  }

  get(request: string, version: number | null): KeptAnswer | undefined {
    const kept = this.#answers?.get(request);
    return kept?.version === version ? kept : undefined;
  }

  keep(
    request: string,
    answer: Omit<KeptAnswer, 'version'>,
    version: number | null,
    tables: ReadonlySet<string>,
  ): void {
    if (version === null || !tables.isSubsetOf(PUBLIC_TABLES)) return;
    this.#answers?.set(request, { ...answer, version });
  }
}

/** The tables whose changes are counted, by triggers of a migration. */
export const PUBLIC_TABLES: ReadonlySet<string> = new Set(['users', 'courses', 'lessons', 'transcripts']);
