import { parentPort, workerData } from 'node:worker_threads';
import type { MomentSearch, PassageSearch } from '../../videos/moments/cue-index.js';
import { findMoments } from '../../videos/moments/find-moments.js';
import { findPassages } from '../../videos/moments/find-passages.js';
import { openReader } from '../sqlite-file.js';
import { sqliteStatements } from './sqlite-statements.js';

/** What the thread is asked, one at a time. */
export type Search = { kind: 'moments'; search: MomentSearch } | { kind: 'passages'; search: PassageSearch };

/** The pages of common words and of the revisions' scopes; the rest is in the system's cache. */
const CACHE_KIB = 32_768;
/** Reads pages where the system has them, instead of copying each. */
const MAPPED_BYTES = 2 ** 31;

const database = openReader(workerData.file);
database.pragma(`cache_size = -${CACHE_KIB}`);
database.pragma(`mmap_size = ${MAPPED_BYTES}`);
const statements = sqliteStatements(database);

parentPort?.on('message', (asked: Search) => {
  try {
    const found =
      asked.kind === 'moments' ? findMoments(statements, asked.search) : findPassages(statements, asked.search);
    parentPort?.postMessage({ found });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
parentPort?.postMessage({ ready: true });
