// Simpler ways to choose cues, for comparison. Each is given the same rules, question, earlier turns, lines and budget:
// only which cues are wanted, and in which order, differs.
import { formatVideoTime } from '../dist/shared/video-time.js';
import { contentWords, singular } from '../dist/shared/words.js';
import { buildPrompt } from '../dist/tutor/prompt.js';
import { searchCues } from './full-text.mjs';

const WINDOW_MS = 90_000;
const HITS = 200;
/** A hit stands for what is said around it: some 20 s. */
const PASSAGE = [0, -1, 1, -2, 2, -3, 3];
/** What a well-known learning platform sends of a transcript. */
const CHARACTERS = 11_750;

/** Per name the text of the prompt for a question: from its material, all cues of its transcript, and the budget. */
export const BASELINES = {
  '±90 s alone': async ({ material, cues, maxTokens, count }) =>
    promptOf({ ...material, cues: ranked(cues, window(material, cues)) }, maxTokens, count),
  'BM25 alone': async ({ app, revisionId, material, cues, maxTokens, count }) =>
    promptOf({ ...material, cues: ranked(cues, await hits(app, revisionId, material, cues)) }, maxTokens, count),
  '±90 s and BM25': async ({ app, revisionId, material, cues, maxTokens, count }) => {
    const both = inTurn(window(material, cues), await hits(app, revisionId, material, cues));
    return promptOf({ ...material, cues: ranked(cues, both) }, maxTokens, count);
  },
  'first 11,750 characters': async ({ cues }) => {
    const lines = [];
    let characters = 0;
    for (const { startMs, text } of cues) {
      characters += text.length + 1;
      if (characters > CHARACTERS) break;
      // Its own line with a moment, so that it is found in the same way; the moments are not counted.
      lines.push(`[${formatVideoTime(startMs / 1000)}] ${oneLine(text)}`);
    }
    return { text: lines.join('\n'), tokens: count4(characters) };
  },
};

/** Nobody sends these prompts, so that a rule of thumb is enough: English speech has 4.3 characters to a token. */
const count4 = (characters) => Math.round(Math.min(characters, CHARACTERS) / 4.3);

function promptOf(material, maxTokens, count) {
  const { messages, tokens } = buildPrompt(material, maxTokens, count);
  return { text: messages.map(({ content }) => content).join('\n'), tokens };
}

/** Positions of the cues of the window, the nearest first. */
function window({ timestampSeconds }, cues) {
  if (timestampSeconds === null) return [];
  const atMs = timestampSeconds * 1000;
  const distance = ({ startMs, endMs }) => Math.max(startMs - atMs, atMs - endMs, 0);
  const near = [...cues.keys()].filter((position) => distance(cues[position]) <= WINDOW_MS);
  return near.sort((a, b) => distance(cues[a]) - distance(cues[b]));
}

/** Positions of the cues that the full-text index finds, the best first, each with those around it. */
async function hits(app, revisionId, { question, transcriptLanguage }, cues) {
  const words = [...new Set([...contentWords(question, transcriptLanguage)].map(singular))];
  const positionOf = new Map(cues.map(({ id }, position) => [id, position]));
  const found = await searchCues(app, revisionId, words, HITS);
  return found.flatMap(({ id }) => PASSAGE.map((step) => positionOf.get(id) + step)).filter((at) => cues[at]);
}

function inTurn(one, other) {
  return Array.from({ length: Math.max(one.length, other.length) }, (_, at) => [one[at], other[at]])
    .flat()
    .filter((position) => position !== undefined);
}

function ranked(cues, positions) {
  return [...new Set(positions)]
    .map((position, rank) => ({ ...cues[position], lessonId: 1, language: 'en', position, rank }))
    .sort((a, b) => a.position - b.position);
}

function oneLine(text) {
  return text.replace(/\s+/g, ' ').trim();
}
