// `node demo/videos/make.mjs [NAME…]`: makes the demo's videos, which are committed: slides of slides.json, and the English
// captions read aloud by a synthetic voice at their times. Needs ffmpeg, espeak-ng and Chromium; `npm run demo` needs none.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { speak } from './speech.mjs';

const SIZE = { width: 854, height: 480 };
const MOST_BYTES = 1_000_000;
const folder = import.meta.dirname;
const courseFile = join(folder, '../course.json');

const slides = JSON.parse(readFileSync(join(folder, 'slides.json'), 'utf8'));
const course = JSON.parse(readFileSync(courseFile, 'utf8'));
const names = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), 'lectern-slides-'));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox'] });
try {
  for (const lesson of course.lessons) {
    const name = lesson.transcripts[0].file.replace(/\.en\.vtt$/, '');
    if (names.length === 0 || names.includes(name)) lesson.video = await make(name, lesson.durationSeconds);
  }
} finally {
  await browser.close();
  rmSync(work, { recursive: true });
}
writeFileSync(courseFile, `${JSON.stringify(course, null, 2)}\n`);

async function make(name, durationSeconds) {
  const parts = slides[name].map((slide, at) => ({
    ...slide,
    seconds: secondsOf(slide.at),
    png: join(work, `${at}.png`),
  }));
  await picture(parts);
  const list = parts.map(({ png, seconds }, at) => {
    const end = parts[at + 1]?.seconds ?? durationSeconds;
    return `file '${png}'\nduration ${end - seconds}`;
  });
  writeFileSync(join(work, 'list'), `${list.join('\n')}\nfile '${parts.at(-1).png}'\n`);
  const sound = join(work, 'speech.wav');
  writeFileSync(sound, speak(readFileSync(join(folder, `../${name}.en.vtt`), 'utf8'), durationSeconds));
  const file = `videos/${name}.webm`;
  const path = join(folder, '..', file);
  // Two frames a second and a key frame for each slide: still pictures cost nearly nothing. The voice takes the rest.
  const video = ['-vf', 'fps=2,format=yuv420p', '-c:v', 'libvpx-vp9', '-crf', '40', '-b:v', '0', '-row-mt', '1'];
  const keys = ['-g', '240', '-force_key_frames', parts.map(({ seconds }) => seconds).join(',')];
  const audio = [
    '-af',
    'highpass=f=90,lowpass=f=5500,loudnorm=I=-18:TP=-2',
    '-ar',
    '24000',
    '-ac',
    '1',
    '-c:a',
    'libopus',
  ];
  const spoken = ['-b:a', '7600', '-vbr', 'on', '-application', 'voip', '-frame_duration', '60'];
  const inputs = ['-f', 'concat', '-safe', '0', '-i', join(work, 'list'), '-i', sound];
  const length = ['-t', String(durationSeconds), '-cues_to_front', '1'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...inputs, ...video, ...keys, ...audio, ...spoken, ...length, path]);
  const thumbnail = `videos/${name}.jpg`;
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-i',
    parts[0].png,
    '-vf',
    'scale=640:-2',
    '-q:v',
    '4',
    join(folder, '..', thumbnail),
  ]);
  const { size } = statSync(path);
  console.log(`${name}: ${size} bytes`);
  if (size >= MOST_BYTES) throw new Error(`${name} is larger than ${MOST_BYTES} bytes`);
  return { file, thumbnail, mimeType: 'video/webm', ...SIZE };
}

async function picture(parts) {
  const page = await browser.newPage({ viewport: SIZE });
  for (const { title, lines, png, seconds } of parts) {
    await page.setContent(slideOf(title, lines, seconds === 0));
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: png });
  }
  await page.close();
}

function slideOf(title, lines, isFirst) {
  const font = (name) => {
    const file = join(folder, `../../node_modules/@fontsource-variable/${name}/files/${name}-latin-wght-normal.woff2`);
    return `url(data:font/woff2;base64,${readFileSync(file).toString('base64')})`;
  };
  const escaped = (text) => text.replace(/[&<]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<!doctype html><style>
@font-face { font-family: Newsreader; src: ${font('newsreader')}; font-weight: 200 800 }
@font-face { font-family: Figtree; src: ${font('figtree')}; font-weight: 300 900 }
body { margin: 0; height: 100vh; box-sizing: border-box; padding: 0 84px; display: grid; align-content: center; gap: 26px;
  background: ${isFirst ? '#17352f' : '#f6f3ec'}; color: ${isFirst ? '#f6f3ec' : '#20302c'}; font: 25px/1.3 Figtree }
h1 { margin: 0; font: 500 ${isFirst ? 62 : 46}px/1.1 Newsreader; letter-spacing: -0.01em }
ul { margin: 0; padding: 0; list-style: none; display: grid; gap: 15px }
li { padding-left: 20px; border-left: 4px solid ${isFirst ? '#e0a458' : '#c9893a'} }
</style><h1>${escaped(title)}</h1><ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;
}

function secondsOf(time) {
  const [minutes, seconds] = time.split(':').map(Number);
  return minutes * 60 + seconds;
}
