import { spawnSync } from 'node:child_process';

const RATE = 22_050;
const WORDS_A_MINUTE = 165;

/** A WAV file in which each sentence of a WebVTT file is spoken at its time, as fast as it takes to end with its cues. */
export function speak(vtt, durationSeconds) {
  const samples = new Int16Array(Math.ceil(durationSeconds * RATE));
  for (const { start, end, text } of sentencesOf(vtt)) {
    const plain = voiced(text, WORDS_A_MINUTE);
    const speed = Math.min(260, Math.max(120, Math.round((WORDS_A_MINUTE * plain.length) / RATE / (end - start))));
    const spoken = speed === WORDS_A_MINUTE ? plain : voiced(text, speed);
    const at = Math.round(start * RATE);
    samples.set(spoken.subarray(0, Math.max(0, samples.length - at)), at);
  }
  return wavOf(samples);
}

/** Neighbouring cues, joined up to the end of a sentence. */
function sentencesOf(vtt) {
  const sentences = [];
  let open = false;
  for (const [, from, to, lines] of vtt.matchAll(/^([\d:.]+) --> ([\d:.]+)\n([\s\S]*?)(?:\n\n|\n*$)/gm)) {
    const text = lines.replaceAll('\n', ' ').trim();
    if (open) {
      sentences.at(-1).text += ` ${text}`;
      sentences.at(-1).end = secondsOf(to);
    } else sentences.push({ start: secondsOf(from), end: secondsOf(to), text });
    open = !/[.!?:]["”]?$/.test(text);
  }
  return sentences;
}

function voiced(text, speed) {
  const { stdout } = spawnSync('espeak-ng', ['-v', 'en-gb-x-rp', '-s', String(speed), '-p', '42', '--stdout', text], {
    maxBuffer: 64 << 20,
  });
  const body = stdout.subarray(44);
  return new Int16Array(body.buffer.slice(body.byteOffset, body.byteOffset + (body.length & ~1)));
}

function wavOf(samples) {
  const body = Buffer.from(samples.buffer);
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(36 + body.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ])
    head.writeUInt16LE(value, at);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE * 2, 28);
  head.write('data', 36);
  head.writeUInt32LE(body.length, 40);
  return Buffer.concat([head, body]);
}

function secondsOf(time) {
  return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}
