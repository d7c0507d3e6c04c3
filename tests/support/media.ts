import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe } from '@jest/globals';

/** Programs that suites need and that npm does not bring. */
export function hasProgram(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

/** `describe` where these programs are; elsewhere the suite is left out, and says why. */
export function describeWith(programs: string[], name: string, tests: () => void): void {
  const missing = programs.filter((program) => !hasProgram(program));
  if (missing.length === 0) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`left out: "${name}" needs ${missing.join(' and ')}\n`);
  describe.skip(name, tests);
}

const folders: string[] = [];

/** A folder for the files of a suite, removed after it. */
export function mediaFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lectern-media-'));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export interface Lecture {
  /** Seconds; the picture is a test card. */
  seconds: number;
  /** Read aloud by a synthetic voice; a tone when absent, and with null no sound at all. */
  speech?: string | null;
  /** Puts the index at the beginning, as for the web. */
  fastStart?: boolean;
  format?: 'mp4' | 'webm';
  /** Frames a second; 10 when absent. */
  rate?: number;
  pictures?: boolean;
}

/** A video made for a test. */
export function makeVideo(
  folder: string,
  { seconds, speech, fastStart, format = 'mp4', rate = 10, pictures = true }: Lecture,
): Buffer {
  const file = join(folder, `lecture-${Math.random().toString(36).slice(2)}.${format}`);
  const sound = join(folder, 'speech.wav');
  if (speech) execFileSync('espeak-ng', ['-w', sound, speech]);
  const tone = ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`];
  const audio = speech === null ? [] : speech ? ['-i', sound, '-af', `apad=whole_dur=${seconds}`] : tone;
  const picture = !pictures ? [] : ['-f', 'lavfi', '-i', `testsrc=duration=${seconds}:size=320x180:rate=${rate}`];
  const codecs =
    format === 'mp4'
      ? ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '10']
      : ['-c:v', 'libvpx', '-deadline', 'realtime', '-b:v', '200k'];
  const visible = pictures ? codecs : ['-vn'];
  const fast = fastStart ? ['-movflags', '+faststart'] : [];
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-y', ...picture, ...audio, ...visible, '-t', String(seconds), ...fast, file],
  ]);
  return readFileSync(file);
}

/** Names of the files below a folder of the server's data; none when there is no such folder. */
export function filesIn(dataDir: string, ...folder: string[]): string[] {
  const path = join(dataDir, ...folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(path, join(parentPath, name)))
    .sort();
}
