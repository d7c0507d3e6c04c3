import type { CueStatements } from '../../videos/moments/cue-statements.js';
import { openReader } from '../sqlite-file.js';
import { sqliteStatements } from './sqlite-statements.js';

/** The pages of common words and of the revisions' scopes; the rest is in the system's cache. */
const CACHE_KIB = 32_768;
/** Reads pages where the system has them, instead of copying each. */
const MAPPED_BYTES = 2 ** 31;

export function openSearch(file: string): CueStatements {
  const database = openReader(file);
  database.pragma(`cache_size = -${CACHE_KIB}`);
  database.pragma(`mmap_size = ${MAPPED_BYTES}`);
  return sqliteStatements(database);
}
