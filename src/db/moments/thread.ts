import { parentPort, workerData } from 'node:worker_threads';
import type { MomentSearch, PassageSearch } from '../../videos/moments/cue-index.js';
import type { CueStatements } from '../../videos/moments/cue-statements.js';
import { findMoments } from '../../videos/moments/find-moments.js';
import { findPassages } from '../../videos/moments/find-passages.js';

/** What the thread is asked, one at a time. */
export type Search = { kind: 'moments'; search: MomentSearch } | { kind: 'passages'; search: PassageSearch };

/** What it searches: the file of SQLite, or PostgreSQL. */
export type Searched = { file: string } | { url: string; connectTimeoutMs: number; statementTimeoutMs: number };

const statements = await open(workerData as Searched);

parentPort?.on('message', async (asked: Search) => {
  try {
    const { kind, search } = asked;
    const found = await (kind === 'moments' ? findMoments(statements, search) : findPassages(statements, search));
    parentPort?.postMessage({ found });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
parentPort?.postMessage({ ready: true });

/** Each with a handle of its own, which is all that the thread waits for before its first search. */
async function open(searched: Searched): Promise<CueStatements> {
  if ('file' in searched) return (await import('./sqlite-search.js')).openSearch(searched.file);
  return (await import('./postgresql-search.js')).openSearch(searched);
}
