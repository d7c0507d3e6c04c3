// How much later than from the model itself the first token comes: one question at a time, and many at once.
import { ask, groundedAsk } from './ask.mjs';
import { median, percentile } from './figures.mjs';
import { setScript } from './script.mjs';

/** Questions that do not count: more of them than the earlier turns that a prompt holds. */
const WARM_UP = 10;
const ASKS = 30;
const SLOW_ASKS = 10;
const AT_ONCE = 50;
const BATCHES = 2;
const QUICK = { tokens: 200, everyMs: 0, waitMs: 0 };
const SLOW = { tokens: 20, everyMs: 0, waitMs: 200 };
/** At a model's pace: what came whole at once would have its endings in the way of the other first tokens. */
const MANY = { tokens: 20, everyMs: 5, waitMs: 0 };
const MANY_SLOW = { ...MANY, waitMs: 200 };

export async function measureFirstToken(model, targets, lessonId) {
  const places = {};
  for (const [name, target] of Object.entries(targets)) {
    places[name] = await Promise.all(Array.from({ length: AT_ONCE }, () => target.open()));
  }
  await setScript(model, QUICK);
  const { firstMs, promptCharacters } = await groundedAsk(model, places.lectern[0], lessonId, QUICK.tokens);
  await inTurn(places, lessonId, QUICK.tokens, WARM_UP);
  const oneStream = addedTo(await inTurn(places, lessonId, QUICK.tokens, ASKS));
  await setScript(model, MANY);
  await allAtOnce(places, lessonId, MANY.tokens, 1);
  const manyStreams = addedTo(await allAtOnce(places, lessonId, MANY.tokens, BATCHES));

  // Where the model thinks first, the floor would only say the same again.
  const { floor, ...others } = places;
  await setScript(model, SLOW);
  const oneStreamSlow = addedTo(await inTurn(others, lessonId, SLOW.tokens, SLOW_ASKS));
  await setScript(model, MANY_SLOW);
  const manyStreamsSlow = addedTo(await allAtOnce(others, lessonId, MANY_SLOW.tokens, BATCHES));
  for (const place of Object.values(places).flat()) place.close();
  return { firstQuestionMs: firstMs, promptCharacters, oneStream, oneStreamSlow, manyStreams, manyStreamsSlow };
}

/** Milliseconds to the first token, asked in turn so that a disturbance meets all of them. */
async function inTurn(places, lessonId, tokens, asks) {
  const times = Object.fromEntries(Object.keys(places).map((name) => [name, []]));
  for (let number = 0; number < asks; number++) {
    for (const [name, [place]] of Object.entries(places)) {
      times[name].push((await ask(place, lessonId, tokens).ended).firstMs);
    }
  }
  return times;
}

async function allAtOnce(places, lessonId, tokens, batches) {
  const times = Object.fromEntries(Object.keys(places).map((name) => [name, []]));
  for (let batch = 0; batch < batches; batch++) {
    for (const [name, own] of Object.entries(places)) {
      const answers = await Promise.all(own.map((place) => ask(place, lessonId, tokens).ended));
      times[name].push(...answers.map(({ firstMs }) => firstMs));
    }
  }
  return times;
}

/** What a server between adds: its times less the median of the model's own. */
function addedTo({ model, ...others }) {
  const modelMs = median(model);
  const added = (times) => ({ p50: percentile(times, 0.5) - modelMs, p99: percentile(times, 0.99) - modelMs });
  return { modelMs, ...Object.fromEntries(Object.entries(others).map(([name, times]) => [name, added(times)])) };
}
