import { readFileSync } from 'node:fs';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { CodedError } from '../shared/coded-error.js';
import type { Config } from '../shared/config.js';
import { ConfigError } from './config.js';
import { hashOf } from './documents.js';

/** An operation as a client sends it: by its text, by its hash, or by both. */
export interface SentDocument {
  query?: string | null | undefined;
  extensions?: { [name: string]: unknown } | null | undefined;
}

const MOST_REGISTERED = 1000;
const MOST_CHARACTERS = 2_000_000;

/**
 * Texts by their SHA-256, as Apollo's persisted queries send it: those of the manifest, which the server trusts, and
 * those that clients have registered by sending both.
 */
export class PersistedDocuments {
  readonly #trusted: ReadonlyMap<string, string>;
  readonly #registered = new LRUCache<string, string>({
    max: MOST_REGISTERED,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (text) => text.length + 1,
  });

  constructor(private readonly mode: Config['trustedDocuments']) {
    this.#trusted = mode.mode === 'off' ? new Map() : readManifest(mode.file);
  }

  /**
   * The text to run.
   * @throws PERSISTED_QUERY_NOT_FOUND, which tells the client to send the text too; DOCUMENT_NOT_TRUSTED; BAD_REQUEST
   */
  textOf({ query, extensions }: SentDocument): string {
    const hash = sentHash(extensions);
    const trusted = hash === null ? undefined : this.#trusted.get(hash);
    if (trusted !== undefined) return trusted;
    if (this.mode.mode === 'only') {
      if (typeof query === 'string' && this.#trusted.has(hashOf(query))) return query;
      throw new CodedError('DOCUMENT_NOT_TRUSTED', 'This server runs only the operations of its manifest.');
    }
    if (hash === null) return given(query);
    if (!query) {
      const registered = this.#registered.get(hash);
      if (registered !== undefined) return registered;
      // Apollo's clients look for this very message.
      throw new CodedError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
    }
    if (hashOf(query) !== hash) {
      throw new CodedError('BAD_REQUEST', 'The sha256Hash is not that of the query: send the hash of its text.');
    }
    this.#registered.set(hash, query);
    return query;
  }
}

function given(query: string | null | undefined): string {
  if (typeof query === 'string' && query !== '') return query;
  throw new CodedError('BAD_REQUEST', 'Send a JSON object with "query", the text of a document.');
}

/** The hash of `extensions.persistedQuery`; null when there is none. */
function sentHash(extensions: SentDocument['extensions']): string | null {
  const sent = extensions?.persistedQuery;
  if (sent == null) return null;
  const { version, sha256Hash } = sent as { version?: unknown; sha256Hash?: unknown };
  // The client preset of GraphQL Code Generator names the algorithm before the hash.
  const hash = /^(?:sha256:)?([0-9a-f]{64})$/i.exec(String(sha256Hash))?.[1];
  if (version === 1 && hash) return hash.toLowerCase();
  throw new CodedError('BAD_REQUEST', 'A persistedQuery has version 1 and a sha256Hash of 64 hexadecimal digits.');
}

/** What the client preset of GraphQL Code Generator writes, or Apollo's manifest. */
const manifests = z.union([
  z.record(z.string(), z.string()),
  z.object({ operations: z.array(z.object({ id: z.string(), body: z.string() })) }),
]);

/** @throws ConfigError when it cannot be read, or holds a text that is not of its hash */
function readManifest(file: string): Map<string, string> {
  const refuse = (why: string) =>
    new ConfigError(`TRUSTED_DOCUMENTS_FILE cannot be used. ${file} ${why}: write it with graphql-codegen.`);
  const read = manifests.safeParse(readJson(file));
  if (!read.success) throw refuse('is no manifest of documents');
  const manifest = read.data;
  const entries = Array.isArray(manifest.operations)
    ? manifest.operations.map(({ id, body }) => [id, body] as const)
    : Object.entries(manifest as Record<string, string>).map(
        ([hash, text]) => [hash.replace(/^sha256:/, ''), text] as const,
      );
  for (const [hash, text] of entries) {
    if (hashOf(text) !== hash) throw refuse(`names ${hash} for a text whose SHA-256 is another`);
  }
  return new Map(entries);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
