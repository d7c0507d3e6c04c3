// What many streams at once cost in CPU time: asking, relaying and ending, each by itself. The model holds its answers
// until all questions have reached it, and their ends until all text has reached the readers.
import { ask } from './ask.mjs';
import { median, spread } from './figures.mjs';
import { startMeter } from './proc.mjs';
import { begin, finish, held, setScript } from './script.mjs';

const ROUNDS = 3;
const WARM_UP_ROUNDS = 1;
/** What a server does a moment later, such as storing the last text, belongs to the part before. */
const AFTERMATH_MS = 200;
/** `calm` leaves the server time for each token; at the pace of `paced` one that has not enough of it merges some. */
const LOADS = {
  calm: { streams: 10, tokens: 100, everyMs: 5, held: true },
  paced: { streams: 50, tokens: 200, everyMs: 5, held: true },
  flood: { streams: 20, tokens: 800, everyMs: 0, held: true },
};

/** @param lessons two of them: the long answers of the flood are no earlier turns of the others */
export async function measureLoads(model, { floor, lectern }, lessons) {
  const targets = [floor, lectern];
  const samples = Object.fromEntries(Object.keys(LOADS).map((name) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const [name, load] of Object.entries(LOADS)) {
      const sample = {};
      for (const target of round % 2 ? targets.toReversed() : targets) {
        sample[target.name] = await run(model, target, load, name === 'flood' ? lessons.flood : lessons.main);
      }
      if (round >= 0) samples[name].push(sample);
    }
  }
  return Object.fromEntries(Object.entries(LOADS).map(([name, load]) => [name, costs(samples[name], load)]));
}

async function run(model, target, load, lessonId) {
  await setScript(model, load);
  const places = await Promise.all(Array.from({ length: load.streams }, () => target.open()));
  const lap = startMeter(target.pid);
  const answers = places.map((place) => ask(place, lessonId, load.tokens));
  const ends = Promise.all(answers.map(({ ended }) => ended));
  await Promise.race([held(model, load.streams), ends]);
  await aftermath();
  const asking = lap();

  const begun = performance.now();
  await begin(model);
  await Promise.all(answers.map(({ whole }) => whole));
  const tokensMs = performance.now() - begun;
  await aftermath();
  const relaying = lap();

  await finish(model);
  const events = (await ends).reduce((sum, answer) => sum + answer.events, 0);
  const ending = lap();
  for (const place of places) place.close();
  return { asking, relaying, ending, tokensMs, events };
}

const aftermath = () => new Promise((resolve) => setTimeout(resolve, AFTERMATH_MS));

function costs(samples, { streams, tokens }) {
  const all = streams * tokens;
  const each = (of) => ({
    lectern: spread(samples.map(({ lectern }) => of(lectern))),
    floor: spread(samples.map(({ floor }) => of(floor))),
    ratio: spread(samples.map(({ lectern, floor }) => of(lectern) / of(floor))),
  });
  const parts = ({ asking, relaying, ending }) => [asking, relaying, ending];
  return {
    streams,
    tokens,
    cpuUsPerToken: each((sample) => parts(sample).reduce((sum, { cpuUs }) => sum + cpuUs, 0) / all),
    relayingUsPerToken: each(({ relaying }) => relaying.cpuUs / all),
    askingMs: each(({ asking }) => asking.cpuUs / 1000 / streams),
    endingMs: each(({ ending }) => ending.cpuUs / 1000 / streams),
    tokensPerSecond: each(({ tokensMs }) => all / (tokensMs / 1000)),
    coreShare: each(({ relaying, tokensMs }) => relaying.cpuUs / 1000 / tokensMs),
    tokensPerEvent: each(({ events }) => all / events),
    othersShare: median(samples.flatMap(({ lectern }) => parts(lectern).map(({ othersShare }) => othersShare))),
  };
}
