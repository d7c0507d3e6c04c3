// The results as lines of the table.

export function resultRows({ ready, memory, firstToken, loads: { calm, paced, flood } }) {
  return [
    ['ready, ms: empty data folder, migrated', range(ready.empty.wallMs, 0)],
    ['  CPU time of it', range(ready.empty.cpuMs, 0)],
    ['ready, ms: database there', range(ready.filled.wallMs, 0)],
    ['  CPU time of it', range(ready.filled.cpuMs, 0)],
    ['memory, MiB: 3 s after ready', fixed(memory.atRestMib, 0)],
    ['memory, MiB: after all of this (peak)', `${fixed(memory.afterMib, 0)} (${fixed(memory.peakMib, 0)})`],
    [],
    ['first token, ms: first question after a start', fixed(firstToken.firstQuestionMs, 0)],
    firstTokenRow('one stream', firstToken.oneStream),
    firstTokenRow('one stream, model thinks for 200 ms', firstToken.oneStreamSlow),
    firstTokenRow('50 streams at once', firstToken.manyStreams),
    firstTokenRow('50 streams at once, model thinks for 200 ms', firstToken.manyStreamsSlow),
    [],
    ...loadRows(calm, 'a token each 5 ms'),
    [],
    ...loadRows(paced, 'a token each 5 ms'),
    [],
    ...loadRows(flood, 'as fast as they go'),
    [],
    ['time for which others had the core, under load', percent(paced.othersShare)],
  ];
}

function firstTokenRow(name, { lectern, floor }) {
  const both = (times) => (times ? `${fixed(times.p50, 1)} / ${fixed(times.p99, 1)}` : '');
  return [`first token added, ms, p50 / p99: ${name}`, both(lectern), both(floor)];
}

function loadRows(load, pace) {
  const name = `${load.streams} streams of ${load.tokens} tokens, ${pace}`;
  const compared = (text, { lectern, floor, ratio }, digits) => [
    text,
    range(lectern, digits),
    range(floor, digits),
    range(ratio, 1),
  ];
  return [
    compared(`CPU µs per token, all in: ${name}`, load.cpuUsPerToken, 1),
    compared('  relaying alone, µs per token', load.relayingUsPerToken, 1),
    compared('  asking alone, CPU ms per question', load.askingMs, 2),
    compared('  ending alone, CPU ms per answer', load.endingMs, 2),
    compared('  tokens/s while relaying', load.tokensPerSecond, 0).slice(0, 3),
    ['  core used while relaying', percents(load.coreShare.lectern), percents(load.coreShare.floor)],
    compared('  tokens per event', load.tokensPerEvent, 2).slice(0, 3),
  ];
}

const fixed = (value, digits) => value.toFixed(digits);
const percent = (share) => `${Math.round(share * 100)} %`;
const percents = ({ median, lowest, highest }) => `${percent(median)} (${percent(lowest)}-${percent(highest)})`;
const range = ({ median, lowest, highest }, digits) =>
  `${fixed(median, digits)} (${fixed(lowest, digits)}-${fixed(highest, digits)})`;
