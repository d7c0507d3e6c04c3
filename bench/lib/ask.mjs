// One question, timed, its answer compared with what the model was told to say.
import { tokensOf } from './answer.mjs';
import { lastPrompt } from './script.mjs';

const QUESTIONS = [
  { timestampVideo: '12:40', message: 'Why is 10,000 divided by 490 here?' },
  { timestampVideo: '6:20', message: 'What does one more probe buy when the data doubles?' },
  { timestampVideo: '11:00', message: 'How can adding low and high crash a program that looks right on paper?' },
  { timestampVideo: '3:10', message: 'What is gained by putting the favourite customers in front?' },
  { timestampVideo: '9:30', message: 'What happens to binary search when the order is broken?' },
];
/** What a cue of the first question's moment says: it must have reached the model. */
const SPOKEN = '10,000 must be earned back first';
const TIMEOUT_MS = 30_000;

let asked = 0;

/**
 * Asks the next question on a lesson, to be answered in so many tokens.
 * @returns `whole`, resolved when all the text is there; and `ended`, which fails unless the answer was completed with
 *   exactly the model's text, and gives the milliseconds to the first of it and the number of events that brought it
 */
export function ask(place, lessonId, tokens) {
  const question = QUESTIONS[asked++ % QUESTIONS.length];
  const expected = tokensOf(tokens).join('');
  const whole = Promise.withResolvers();
  let [text, events, firstMs] = ['', 0, Number.NaN];
  const begun = performance.now();
  const answer = place.ask({ lessonId, ...question }, (piece) => {
    if (events++ === 0) firstMs = performance.now() - begun;
    text += piece;
    if (text.length === expected.length) whole.resolve();
  });
  const ended = within(TIMEOUT_MS, answer).then((chat) => {
    if (text !== expected) throw new Error(`${text.length} characters came, not the ${expected.length} of the model`);
    if (chat && chat.response !== expected) throw new Error(`chat ${chat.id} holds another text than the model's`);
    return { firstMs, events };
  });
  ended.catch(whole.reject);
  // Whoever waits for the end alone hears of the failure there.
  whole.promise.catch(() => {});
  return { whole: whole.promise, ended };
}

/** Asks the first question, and makes sure that the transcript's words at that moment stood in the prompt. */
export async function groundedAsk(model, place, lessonId, tokens) {
  asked = 0;
  const { firstMs } = await ask(place, lessonId, tokens).ended;
  const prompt = await lastPrompt(model);
  if (!prompt.includes(SPOKEN)) throw new Error('the model was not given the cues of the moment');
  return { firstMs, promptCharacters: prompt.length };
}

async function within(ms, promise) {
  const { promise: late, reject } = Promise.withResolvers();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
