// `npm run eval:grounding [-- --floor 0.8] [--misses]`: of the cues that questions need, the share that reaches the
// model. See docs/grounding.md.
import 'reflect-metadata';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openApp } from '../dist/server/start.js';
import { enrol } from './ask.mjs';
import { loadLectures } from './lectures.mjs';
import { configOf, measure } from './measure.mjs';
import { readQuestions } from './questions.mjs';
import { startRecorder } from './recorder.mjs';
import { printMisses, printReport, shareFound } from './report.mjs';

const SIZES = [2_000, 4_000];

const { values } = parseArgs({ options: { floor: { type: 'string', default: '0' }, misses: { type: 'boolean' } } });
const floor = Number(values.floor);
if (!(floor >= 0 && floor <= 1)) throw new Error('--floor is a share from 0 to 1, such as 0.84');

const begun = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'lectern-grounding-'));
const recorder = await startRecorder();
try {
  const { lectures, students, questions } = await prepare(join(folder, 'prepared'));
  const rows = [];
  const times = {};
  for (const maxTokens of SIZES) {
    const dataDir = join(folder, String(maxTokens));
    cpSync(join(folder, 'prepared'), dataDir, { recursive: true });
    const measured = await measure({ dataDir, recorder, maxTokens, lectures, students, questions });
    rows.push(...measured.rows);
    times[maxTokens] = measured.times;
  }
  printReport(rows, times, SIZES);
  if (values.misses) printMisses(rows);
  console.log(`\n${Math.round((performance.now() - begun) / 1000)} s`);
  for (const maxTokens of SIZES) {
    const share = shareFound(rows, maxTokens);
    if (share >= floor) continue;
    console.error(`At ${maxTokens} tokens ${share.toFixed(3)} of the needed cues were found: the floor is ${floor}.`);
    process.exitCode = 1;
  }
} finally {
  recorder.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** A database with the lectures and an account for each question. */
async function prepare(dataDir) {
  const { app, close } = await openApp(configOf(dataDir));
  try {
    const lectures = await loadLectures(app);
    const questions = readQuestions(lectures);
    return { lectures, questions, students: await enrol(app, questions) };
  } finally {
    await close();
  }
}
