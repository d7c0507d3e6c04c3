import { LRUCache } from 'lru-cache';
import type { App } from '../shared/app.js';
import type { Admissible } from './documents.js';
import type { Planned } from './graphql-http.js';

/** An answer that everybody without a token gets to the same request. */
export interface KeptAnswer {
  /** Not all that is known of it: a document takes far more memory than the answer to it. */
  operation: Admissible;
  body: Buffer;
  /** Of what it was read from. */
  version: number;
  /** When it would be written otherwise without any change, in milliseconds since 1970. */
  until: number;
}

/** When an answer was begun: the version of what the public may read, and the time in milliseconds since 1970. */
export interface Moment {
  version: number;
  nowMs: number;
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

  /** What is true now: ask before anything is read. Null keeps and finds nothing. */
  moment(): Moment | null | Promise<Moment | null> {
    if (!this.#answers) return null;
    try {
      const nowMs = this.app.clock.now();
      const version = this.app.catalogueVersion();
      if (typeof version === 'number') return { version, nowMs };
      return version.then(
        (found) => ({ version: found, nowMs }),
        () => null,
      );
    } catch {
      // The database is gone: whoever reads from it says so.
      return null;
    }
  }

  get(request: string, moment: Moment | null): KeptAnswer | undefined {
    const kept = moment && this.#answers?.get(request);
    return kept && kept.version === moment.version && moment.nowMs < kept.until ? kept : undefined;
  }

  keep(request: string, body: Buffer, { operation, variables, plan }: Planned, moment: Moment): void {
    if (!plan.tables.isSubsetOf(PUBLIC_TABLES)) return;
    const { isMutation, roots, facts } = operation;
    const cost = operation.costOf(variables);
    const kept = { isMutation, roots, facts, costOf: () => cost };
    this.#answers?.set(request, { operation: kept, body, version: moment.version, until: plan.until(moment.nowMs) });
  }
}

/** The tables whose changes are counted, by triggers of a migration. */
export const PUBLIC_TABLES: ReadonlySet<string> = new Set(['users', 'courses', 'lessons', 'transcripts']);
