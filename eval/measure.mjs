// One prompt size: every question through the real server, then again through the baselines, and the time it takes.
import { findAskedLesson } from '../dist/courses/lesson.queries.js';
import { readConfig } from '../dist/server/config.js';
import { startServer } from '../dist/server/start.js';
import { gatherMaterial } from '../dist/tutor/material.queries.js';
import { buildPrompt } from '../dist/tutor/prompt.js';
import { loadTokenizer } from '../dist/tutor/token-count.js';
import { readTranscripts } from '../dist/videos/transcript.queries.js';
import { askAll } from './ask.mjs';
import { BASELINES } from './baselines.mjs';
import { contextOf } from './context.mjs';
import { foundCues, neededCues } from './questions.mjs';

const OURS = 'Lectern';
/** The shortest of these counts: what else the machine does is not measured. */
const TIMES = 3;

/** The server's environment: its own database, the recorder as its model, nothing that costs or limits. */
export function configOf(dataDir, { url = 'http://127.0.0.1:9/v1', maxTokens = 2_000 } = {}) {
  return readConfig({
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'error',
    SHUTDOWN_GRACE_MS: '0',
    OPENAI_BASE_URL: url,
    TUTOR_MAX_PROMPT_TOKENS: String(maxTokens),
    CREDITS_PER_1K_INPUT: '0',
    CREDITS_PER_1K_OUTPUT: '0',
    RATE_ASKS_PER_MINUTE: '0',
    RATE_REGISTRATIONS_PER_ADDRESS: '0',
  });
}

/** @returns one row per way of choosing and question (needed, found, tokens), and the milliseconds of each prompt */
export async function measure({ dataDir, recorder, maxTokens, lectures, students, questions }) {
  const server = await startServer(configOf(dataDir, { url: recorder.url, maxTokens }));
  try {
    const count = await loadTokenizer();
    const prompts = await askAll({ server, recorder, lectures, students, questions });
    const rows = [];
    const times = [];
    for (const question of questions) {
      const { cues: byLanguage } = lectures.get(question.lecture);
      const needed = neededCues(question, byLanguage[question.transcript]);
      const add = (way, text, tokens) => {
        rows.push({ way, maxTokens, question, needed: needed.length, found: foundCues(needed, text).length, tokens });
      };
      const { material, revisionId, ms } = await rebuild(server.app, { question, lectures, students, count });
      times.push(ms);
      const messages = prompts.get(question.number);
      add(OURS, textOf(messages), tokensOf(messages, count));
      const cues = byLanguage[material.transcriptLanguage];
      for (const [name, promptFor] of Object.entries(BASELINES)) {
        const prompt = await promptFor({ app: server.app, revisionId, material, cues, maxTokens, count });
        add(name, prompt.text, prompt.tokens);
      }
    }
    return { rows, times };
  } finally {
    await server.stop();
  }
}

/** The prompt once more, by the functions that the server calls: for its time and its material. */
async function rebuild(app, { question, lectures, students, count }) {
  const viewer = { id: students.get(question.number), role: 'STUDENT', sessionId: 0 };
  const ctx = contextOf(app, viewer);
  const lesson = await findAskedLesson(ctx, lectures.get(question.lecture).lessonId);
  const transcripts = await readTranscripts(ctx, lesson.id);
  const [minutes, seconds] = question.at?.split(':').map(Number) ?? [];
  const timestampSeconds = question.at === null ? null : minutes * 60 + seconds;
  const asked = { userId: viewer.id, lesson, transcripts, question: question.message, timestampSeconds };
  // The question was asked before: its own turn was not there when the server asked.
  const turns = question.earlier ? [question.earlier] : [];
  let material;
  let ms = Number.POSITIVE_INFINITY;
  for (let time = 0; time < TIMES; time++) {
    const begun = performance.now();
    material = { ...(await gatherMaterial(ctx, asked)), turns };
    buildPrompt(material, app.config.tutor.maxPromptTokens, count);
    ms = Math.min(ms, performance.now() - begun);
  }
  const { revisionId } = transcripts.find(({ language }) => language === material.transcriptLanguage);
  return { material, revisionId, ms };
}

const textOf = (messages) => messages.map(({ content }) => content).join('\n');
/** As OpenAI counts: each message takes four tokens beside its text. */
const tokensOf = (messages, count) => messages.reduce((sum, { content }) => sum + count(content) + 4, 0);

export const WAYS = [OURS, ...Object.keys(BASELINES)];
