// The tables.
import { WAYS } from './measure.mjs';

const [OURS] = WAYS;
const KINDS = ['moment', 'same words', 'other words', 'follow-up', 'own language', 'indonesian'];

/** The share of the needed cues of all questions that were found. */
export function shareFound(rows, maxTokens, filter = () => true) {
  const chosen = rows.filter((row) => row.way === OURS && row.maxTokens === maxTokens && filter(row));
  return share(chosen);
}

export function printReport(rows, times, sizes) {
  const answerable = rows.filter(({ question }) => question.needed.length > 0);
  const asked = new Set(answerable.map(({ question }) => question.number)).size;
  const all = new Set(rows.map(({ question }) => question.number)).size;
  console.log(
    `${all} questions, ${asked} of them with needed cues. Share of the needed cues found in the prompt, in %:\n`,
  );
  const columns = sizes.flatMap((size) => ['dev', 'test'].map((split) => ({ size, split })));
  const heads = ['', 'questions', ...columns.map(({ size, split }) => `${size} ${split}`)];
  const line = (name, kept) => [
    name,
    String(new Set(kept.map(({ question }) => question.number)).size),
    ...columns.map(({ size, split }) =>
      percent(kept.filter((row) => row.maxTokens === size && row.question.split === split)),
    ),
  ];
  const ours = answerable.filter(({ way }) => way === OURS);
  table([
    heads,
    ...KINDS.map((kind) =>
      line(
        kind,
        ours.filter(({ question }) => question.kind === kind),
      ),
    ),
    ...['demo', 'corpus'].map((course) =>
      line(
        `the ${course}’s lectures`,
        ours.filter((row) => row.question.lecture.startsWith(course)),
      ),
    ),
    ...WAYS.map((way) =>
      line(
        way === OURS ? 'all' : `all, by ${way}`,
        answerable.filter((row) => row.way === way),
      ),
    ),
  ]);
  console.log('');
  table([
    ['', ...sizes.map(String)],
    ['both splits, %', ...sizes.map((size) => percent(ours.filter(({ maxTokens }) => maxTokens === size)))],
    [
      'questions with every needed cue, %',
      ...sizes.map((size) => whole(ours.filter(({ maxTokens }) => maxTokens === size))),
    ],
    ['tokens of a prompt, mean', ...sizes.map((size) => mean(ours.filter(({ maxTokens }) => maxTokens === size)))],
    ['tokens where nothing is in the lecture, mean', ...sizes.map((size) => mean(absent(rows, size)))],
    ['ms to choose and build it, p50', ...sizes.map((size) => percentile(times[size], 0.5).toFixed(1))],
    ['the same, p99', ...sizes.map((size) => percentile(times[size], 0.99).toFixed(1))],
  ]);
}

/** The questions of the dev split that miss a cue; those of the test split stay unread. */
export function printMisses(rows) {
  for (const { way, question, maxTokens, needed, found } of rows) {
    if (way !== OURS || question.split !== 'dev' || found === needed) continue;
    console.log(`${maxTokens} ${question.lecture} ${question.at ?? ''} ${found}/${needed} ${question.message}`);
  }
}

function absent(rows, size) {
  return rows.filter((row) => row.way === OURS && row.maxTokens === size && row.question.needed.length === 0);
}

function share(rows) {
  return sum(rows.map(({ found }) => found)) / sum(rows.map(({ needed }) => needed));
}

const percent = (rows) => (rows.length === 0 ? '–' : (100 * share(rows)).toFixed(0));
const whole = (rows) => ((100 * rows.filter(({ needed, found }) => needed === found).length) / rows.length).toFixed(0);
const mean = (rows) => (sum(rows.map(({ tokens }) => tokens)) / rows.length).toFixed(0);
const sum = (values) => values.reduce((total, value) => total + value, 0);

function percentile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

function table(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines) {
    console.log(
      line.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))).join('  '),
    );
  }
}
