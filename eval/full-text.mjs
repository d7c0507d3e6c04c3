// The best cues by SQLite's own full-text rank, for comparison.
import { sql } from 'kysely';

/** English endings; what is left of a word of another language is the beginning of it all the same. */
const ENDING = /(?:isons?|ations?|ings?|ed|ers?|ly|es|e|s)$/;

/** The cues of a revision that hold any of the words or of their forms, the best first (BM25). */
export async function searchCues(app, revisionId, words, limit) {
  if (words.length === 0) return [];
  const anyWord = words.map(wordOrItsForms).join(' OR ');
  const match = `scope : ${quoted(`r${revisionId}`)} AND text : (${anyWord})`;
  const { rows } = await sql`
    select c.id, c.start_ms, c.end_ms, c.text
    from cues_fts join transcript_cues c on c.id = cues_fts.rowid
    where cues_fts match ${match}
    order by bm25(cues_fts, 0.0, 1.0), c.id
    limit ${limit}`.execute(app.read);
  return rows;
}

function wordOrItsForms(word) {
  const beginning = word.replace(ENDING, '');
  return beginning.length >= 4 ? `${quoted(word)} OR ${quoted(beginning)} *` : quoted(word);
}

/** A string of the FTS5 query language: whatever it holds is a word and never an operator. */
function quoted(word) {
  return `"${word.replaceAll('"', '""')}"`;
}
