// The best cues by SQLite's own full-text rank, for comparison. The server's index ranks otherwise and keeps no sizes of
// texts: this one is made for the purpose, in memory.
// biome-ignore lint/style/noRestrictedImports: a database of its own, in memory
import Database from 'better-sqlite3';

/** English endings; what is left of a word of another language is the beginning of it all the same. */
const ENDING = /(?:isons?|ations?|ings?|ed|ers?|ly|es|e|s)$/;

/** The cues of a revision that hold any of the words or of their forms, the best first (BM25). */
export async function searchCues(app, revisionId, words, limit) {
  if (words.length === 0) return [];
  const anyWord = words.map(wordOrItsForms).join(' OR ');
  const match = `scope : ${quoted(`r${revisionId}`)} AND text : (${anyWord})`;
  indexes.set(app, indexes.get(app) ?? (await indexOf(app)));
  return indexes.get(app).all(match, limit);
}

const indexes = new Map();

async function indexOf(app) {
  const database = new Database(':memory:');
  database.exec("create virtual table cues using fts5(scope, text, tokenize = 'unicode61 remove_diacritics 2')");
  const insert = database.prepare('insert into cues (rowid, scope, text) values (?, ?, ?)');
  const rows = await app.read.selectFrom('transcriptCues').select(['id', 'revisionId', 'text']).execute();
  for (const { id, revisionId, text } of rows) insert.run(id, `r${revisionId}`, text);
  return database.prepare(
    `select rowid as id from cues where cues match ? order by bm25(cues, 0.0, 1.0), rowid limit ?`,
  );
}

function wordOrItsForms(word) {
  const beginning = word.replace(ENDING, '');
  return beginning.length >= 4 ? `${quoted(word)} OR ${quoted(beginning)} *` : quoted(word);
}

/** A string of the FTS5 query language: whatever it holds is a word and never an operator. */
function quoted(word) {
  return `"${word.replaceAll('"', '""')}"`;
}
