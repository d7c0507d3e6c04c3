// A library of 20,000 lessons with 300 cues each, made once and the same every time: words by Zipf's law, the commonest
// of English and then made up. Written through the tables' triggers, so that the index is the one a server would make.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../dist/db/migrate.js';
import { openDatabase } from '../../dist/db/orm.js';

export const LESSONS = 20_000;
export const CUES = 300;
const LESSONS_PER_COURSE = 20;
const LESSONS_AT_ONCE = 50;
const COMMONEST = (
  'the of to and a in that is it you we this so for on are be have as with can i what but not if or they at one there do ' +
  'from about all by your will know like just how an going which see get when up then would was these more some them'
).split(' ');
const VOCABULARY = 100_000;

/** The folder of the library; made when there is none, in some five minutes. */
export async function library(folder, say) {
  const dataDir = join(folder, 'moments');
  if (existsSync(join(dataDir, 'app.db'))) return dataDir;
  const making = join(folder, 'moments-in-the-making');
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  const database = await openDatabase({ dataDir: making, search: { timeoutMs: 1000, queue: 1 } });
  await migrate(database.orm);
  await fill((sql, parameters) => database.orm.em.getConnection().execute(sql, parameters), say);
  await database.close();
  renameSync(making, dataDir);
  return dataDir;
}

async function fill(run, say) {
  const word = speaker(randomOf(20_261_128));
  await run('pragma synchronous = off');
  await run("insert into cues_fts (cues_fts, rank) values ('automerge', 8), ('crisismerge', 16)");
  await run(`insert into users (username, username_key, email, password_hash, role, is_active, credits, created_at)
    values ('ina', 'ina', 'ina@example.org', '', 'INSTRUCTOR', 1, 0, 1)`);
  for (let from = 1; from <= LESSONS; from += LESSONS_AT_ONCE) {
    const lessons = Array.from({ length: LESSONS_AT_ONCE }, (_, index) => lessonOf(from + index, word));
    await run('begin');
    for (const { id, courseId, order, cues } of lessons) {
      if (order === 1) await run(COURSE, [courseId, courseId % 10 === 0 ? 'DRAFT' : 'PUBLISHED']);
      await run(LESSON, [id, courseId, order]);
      await run('insert into transcript_revisions (id, created_at) values (?, 1)', [id]);
      await run(CUES_OF, [id, JSON.stringify(cues)]);
      await run(TRANSCRIPT, [id, id, CUES]);
    }
    await run('commit');
    if ((from - 1) % 2000 === 0) say(`making the library: lesson ${from} of ${LESSONS}`);
  }
  await run("insert into cues_fts (cues_fts, rank) values ('automerge', 0), ('crisismerge', 500)");
  await run('pragma wal_checkpoint(truncate)');
}

const COURSE = `insert into courses (id, title, description, instructor_id, status, search_text, created_at, updated_at)
  values (?, 'A course', '', 1, ?, '', 1, 1)`;
const LESSON = `insert into lessons (id, course_id, title, "order", created_at, updated_at) values (?, ?, 'A lesson', ?, 1, 1)`;
const CUES_OF = `insert into transcript_cues (id, revision_id, start_ms, end_ms, text)
  select revision * 32768 + cue.key, revision, cue.key * 4000, cue.key * 4000 + 4000, cue.value
  from (select ? as revision) cross join json_each(?) as cue`;
const TRANSCRIPT = `insert into transcripts
  (lesson_id, language, revision_id, cue_count, duration_ms, created_at, updated_at) values (?, 'en', ?, ?, 1200000, 1, 1)`;

function lessonOf(id, word) {
  const courseId = Math.ceil(id / LESSONS_PER_COURSE);
  const order = ((id - 1) % LESSONS_PER_COURSE) + 1;
  const cues = Array.from({ length: CUES }, (_, at) => Array.from({ length: 5 + ((id + at * 5) % 7) }, word).join(' '));
  return { id, courseId, order, cues };
}

/** Words as often as people say them: the n-th of them 1/n as often as the first. */
function speaker(random) {
  const words = vocabulary(random);
  const upTo = new Float64Array(words.length);
  let sum = 0;
  for (let rank = 0; rank < words.length; rank++) {
    sum += 1 / (rank + 2.7);
    upTo[rank] = sum;
  }
  // A table of where to begin makes a search of a drawing.
  const steps = 65_536;
  const begins = new Int32Array(steps + 1);
  for (let step = 0, rank = 0; step <= steps; step++) {
    while (upTo[rank] < (sum * step) / steps && rank < words.length - 1) rank++;
    begins[step] = rank;
  }
  return () => {
    const drawn = random();
    let rank = begins[Math.floor(drawn * steps)];
    while (upTo[rank] < drawn * sum && rank < words.length - 1) rank++;
    return words[rank];
  };
}

function vocabulary(random) {
  const pick = (all) => all[Math.floor(random() * all.length)];
  const consonants = 'b c d f g h j k l m n p r s t v w st tr pr ch sh pl'.split(' ');
  const vowels = 'a e i o u ea ai ou'.split(' ');
  const words = new Set(COMMONEST);
  while (words.size < VOCABULARY) {
    const syllables = Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(consonants) + pick(vowels));
    words.add(syllables.join('') + (random() < 0.4 ? pick(consonants) : ''));
  }
  return [...words];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const COMMON_WORDS = COMMONEST.slice(0, 50);
