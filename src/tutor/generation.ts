import { plausibleUsage, type Usage } from '../credits/usage.service.js';
import { pause } from '../shared/abortable.js';
import type { App } from '../shared/app.js';
import { type Citation, findMarks, verifyCitations } from './citations.js';
import { type Ending, endAnswer, type Failure, INTERRUPTED } from './ending.service.js';
import { ModelError, type ModelEvent } from './language-model.js';
import type { Material } from './material.js';
import { callModel } from './model-call.js';
import type { Admission } from './model-gate.js';
import type { Prompt } from './prompt.js';
import { detectLanguage } from './question-language.js';
import type { RunningAnswer } from './running-answer.js';
import { loadTokenizer } from './token-count.js';

const UNAVAILABLE: Failure = {
  code: 'TUTOR_UNAVAILABLE',
  message: 'The tutor could not answer just now. You were not charged for words that you did not get: ask again.',
};
const REFUSED: Failure = {
  code: 'TUTOR_REFUSED',
  message: 'The tutor’s model declined to answer this question: ask it in other words.',
};
const ENDING_ATTEMPTS = 3;

/** What an answer is generated from, and its place at the provider. */
export interface Assignment {
  material: Material;
  prompt: Prompt;
  admission: Admission;
  /** Whether the question was committed. The model is asked before: nobody can follow the answer until then. */
  committed: Promise<boolean>;
}

/** Generates an answer from its prompt to its committed ending. Never throws: what fails becomes the ending. */
export async function generate(app: App, answer: RunningAnswer, assignment: Assignment): Promise<void> {
  try {
    const heard = await listen(app, answer, assignment);
    if (!(await assignment.committed)) return;
    answer.finishText();
    // Checking citations takes milliseconds, and answers that began together end together.
    await app.tutor.turns.next();
    await app.checkpoint('generation.finished');
    if (answer.stopReason !== 'lost') await commit(app, answer, await endingOf(answer, assignment, heard));
  } catch (error) {
    // A bug of ours: the lease runs out, and a sweep ends the answer.
    app.log.error({ err: error, chatId: answer.chatId }, 'an answer could not be ended');
  } finally {
    answer.close();
  }
}

interface Heard {
  accepted: boolean;
  finish: 'stop' | 'length' | 'content_filter' | null;
  usage: Usage | null;
}

/** Feeds the model's words into the answer, in its turn, until it finishes, fails or is stopped. */
async function listen(app: App, answer: RunningAnswer, assignment: Assignment): Promise<Heard> {
  const { material, prompt, admission } = assignment;
  const heard: Heard = { accepted: false, finish: null, usage: null };
  const request = { messages: prompt.messages, maxOutputTokens: app.config.tutor.maxOutputTokens, material };
  let providerWorked: boolean | null = null;
  try {
    if (!(await itsTurn(app, answer, admission))) return heard;
    await callModel(app, app.tutor.model, request, answer, (event) => {
      if (event.type !== 'text') return take(app, heard, event);
      if (heard.finish) return;
      hear(app, answer, event.text);
      if (answer.cut) answer.stop('too long');
      void app.checkpoint('generation.text-heard');
    });
    if (heard.finish) providerWorked = true;
  } catch (error) {
    if (!(error instanceof ModelError && error.facts.oursToMend)) providerWorked = false;
    // Not shown to anyone else: it may hold a provider's words.
    app.log.warn({ err: error, chatId: answer.chatId }, 'the model failed');
  } finally {
    admission.leave(providerWorked);
  }
  return heard;
}

function hear({ metrics, clock }: App, answer: RunningAnswer, text: string): void {
  const wasEmpty = answer.text === '';
  answer.append(text);
  if (wasEmpty && answer.text !== '') metrics.firstToken(clock.monotonic() - answer.askedAt);
}

/** Waits for the answer's turn at the provider; false when it is stopped or has waited for too long. */
function itsTurn(app: App, answer: RunningAnswer, admission: Admission): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (begins: boolean) => {
      clearTimeout(timer);
      forget();
      resolve(begins);
    };
    const timer = setTimeout(() => settle(false), app.config.tutor.firstTokenTimeoutMs);
    const forget = answer.onStop(() => settle(false));
    if (answer.stopReason) settle(false);
    else admission.begin(() => settle(true));
  });
}

function take(app: App, heard: Heard, event: ModelEvent): void {
  if (event.type === 'accepted') heard.accepted = true;
  if (event.type === 'finish') heard.finish ??= event.reason;
  if (event.type === 'usage') {
    const { tokensInput, tokensOutput } = event;
    heard.usage = plausibleUsage(app, { tokensInput, tokensOutput, source: 'PROVIDER' });
  }
}

async function endingOf(answer: RunningAnswer, { material, prompt }: Assignment, heard: Heard): Promise<Ending> {
  const { text } = answer;
  const usage = heard.usage ?? (heard.accepted ? await estimate(prompt, text) : null);
  return {
    ...outcome(answer, heard),
    response: text,
    truncated: heard.finish === 'length' || answer.stopReason === 'too long',
    citations: citationsOf(text, material, prompt),
    usage,
  };
}

function citationsOf(text: string, { lessonId }: Material, { cues }: Prompt): Citation[] {
  // Most of the work is to tell the language, and there is nothing to check in an answer that cites nothing.
  if (findMarks(text).length === 0) return [];
  return verifyCitations(text, { lessonId, cues, answerLanguage: detectLanguage(text) });
}

/** Status and failure, in the order that decides: what was stopped, what is empty, what finished, what was cut. */
function outcome({ text, stopReason }: RunningAnswer, { finish }: Heard): Pick<Ending, 'status' | 'failure'> {
  if (stopReason === 'cancelled') return { status: 'CANCELLED', failure: null };
  if (stopReason === 'shutdown') return { status: 'INTERRUPTED', failure: INTERRUPTED };
  if (finish === 'content_filter') return { status: 'FAILED', failure: REFUSED };
  if (text.trim() !== '' && (finish || stopReason === 'too long')) return { status: 'COMPLETED', failure: null };
  return { status: 'FAILED', failure: UNAVAILABLE };
}

async function estimate(prompt: Prompt, text: string): Promise<Usage> {
  const count = await loadTokenizer();
  return { tokensInput: prompt.tokens, tokensOutput: count(text), source: 'ESTIMATED' };
}

/** A database that does not answer is tried again; after that the lease runs out, and a sweep ends the answer. */
async function commit(app: App, answer: RunningAnswer, ending: Ending): Promise<void> {
  for (let attempt = 1; attempt <= ENDING_ATTEMPTS; attempt++) {
    try {
      await endAnswer(app, answer.chatId, answer.leaseNumber, ending);
      return;
    } catch (error) {
      app.log.error({ err: error, chatId: answer.chatId, attempt }, 'the ending of an answer could not be written');
      await pause(500 * attempt);
    }
  }
}
