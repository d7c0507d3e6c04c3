import { type ChildProcess, spawn } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '../../shared/coded-error.js';
import type { Config } from '../../shared/config.js';
import { DEMUXERS, type VideoType } from '../uploads/file-type.policy.js';

const PROBE_WITHIN_MS = 60_000;
const WORK_WITHIN_MS = 3 * 3_600_000;
const MOST_OUTPUT = 100_000;
/** Below everything that answers people. */
const NICE = 10;

/** What is known of a file when it was looked into. */
export interface Probed {
  durationMs: number | null;
  width: number;
  height: number;
  hasSound: boolean;
}

/** A video file and what its first bytes said that it is. */
export interface VideoFile {
  path: string;
  mimeType: VideoType;
}

/** ffmpeg and ffprobe, as programs of the machine. Each call throws MEDIA_TOOLS_MISSING where there are none. */
export class MediaTools {
  constructor(private readonly config: Pick<Config, 'ffmpegFolder'>) {}

  /** What the file's header says. @throws VIDEO_UNREADABLE when it has no pictures that move */
  async probe(video: VideoFile, signal: AbortSignal): Promise<Probed> {
    const entries = 'format=duration:stream=codec_type,width,height:stream_disposition=attached_pic';
    const args = ['-v', 'error', ...inputOf(video), '-show_entries', entries, '-of', 'json'];
    const found = JSON.parse(await this.#run('ffprobe', args, { signal, withinMs: PROBE_WITHIN_MS })) as {
      format?: { duration?: string };
      streams?: { codec_type?: string; width?: number; height?: number; disposition?: { attached_pic?: number } }[];
    };
    const streams = found.streams ?? [];
    const picture = streams.find((each) => each.codec_type === 'video' && each.disposition?.attached_pic !== 1);
    if (!picture?.width || !picture.height) throw unreadable();
    const seconds = Number(found.format?.duration);
    const durationMs = seconds > 0 ? Math.round(seconds * 1000) : null;
    const hasSound = streams.some((each) => each.codec_type === 'audio');
    return { durationMs, width: picture.width, height: picture.height, hasSound };
  }

  /** Reads the file to its end and gives its length. @throws VIDEO_UNREADABLE when it is damaged or cut off */
  async readThrough(video: VideoFile, work: Work): Promise<number> {
    const maps = ['-map', '0:v:0', '-map', '0:a:0?', '-c', 'copy', '-f', 'null', '-'];
    const { endMs } = await this.#ffmpeg(['-xerror', ...inputOf(video), ...maps], work);
    if (endMs <= 0) throw unreadable();
    return endMs;
  }

  /** A picture of the moment as JPEG, at most 640 pixels wide. @throws VIDEO_UNREADABLE when there is none */
  async thumbnail(video: VideoFile, atMs: number, file: string, work: Work): Promise<void> {
    const picture = ['-frames:v', '1', '-vf', "scale='min(640,iw)':-2", '-q:v', '4', '-f', 'mjpeg'];
    await this.#make(file, (to) => ['-ss', seconds(atMs), ...inputOf(video), ...picture, to], work);
  }

  /** The first sound track, as speech models want it, up to a length. */
  async extractSound(video: VideoFile, mostMs: number, file: string, work: Work): Promise<void> {
    const sound = ['-map', '0:a:0', '-vn', '-ac', '1', '-ar', '16000', '-t', seconds(mostMs), '-f', 'flac'];
    await this.#make(file, (to) => [...inputOf(video), ...sound, to], work);
  }

  /** How long an extracted sound track is, in milliseconds. */
  async lengthOf(sound: string, signal: AbortSignal): Promise<number> {
    const args = ['-v', 'error', '-f', 'flac', '-i', sound, '-show_entries', 'format=duration', '-of', 'csv=p=0'];
    const length = Number(await this.#run('ffprobe', args, { signal, withinMs: PROBE_WITHIN_MS }));
    if (!(length > 0)) throw unreadable();
    return Math.round(length * 1000);
  }

  /** A part of an extracted sound track, small enough to be sent. */
  async cutSound(from: string, part: { startMs: number; lengthMs: number }, file: string, work: Work): Promise<void> {
    const cut = ['-ss', seconds(part.startMs), '-t', seconds(part.lengthMs), '-f', 'flac', '-i', from];
    await this.#make(file, (to) => [...cut, '-c:a', 'libmp3lame', '-b:a', '48k', '-f', 'mp3', to], work);
  }

  /** Lets ffmpeg write under another name: a file is there when it is whole. */
  async #make(file: string, argsFor: (to: string) => string[], work: Work): Promise<void> {
    const temporary = `${file}.${crypto.randomUUID()}`;
    try {
      await this.#ffmpeg(argsFor(temporary), work);
      await rename(temporary, file).catch((error) => {
        throw error.code === 'ENOENT' ? unreadable() : error;
      });
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async #ffmpeg(args: string[], { signal, onTime }: Work): Promise<{ endMs: number }> {
    let endMs = 0;
    const look = (output: string) => {
      const latest = output
        .slice(-1000)
        .match(/out_time_us=\d+/g)
        ?.at(-1);
      if (!latest) return;
      endMs = Math.round(Number(latest.split('=')[1]) / 1000);
      onTime?.(endMs);
    };
    const common = ['-v', 'error', '-nostdin', '-threads', '2', '-progress', 'pipe:1'];
    const output = await this.#run('ffmpeg', [...common, ...args], {
      signal,
      withinMs: WORK_WITHIN_MS,
      onOutput: look,
    });
    look(output);
    return { endMs };
  }

  #run(
    program: 'ffmpeg' | 'ffprobe',
    args: string[],
    { signal, withinMs, onOutput }: { signal: AbortSignal; withinMs: number; onOutput?(output: string): void },
  ): Promise<string> {
    const { ffmpegFolder } = this.config;
    const within = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    return new Promise((resolve, reject) => {
      const child = spawn(ffmpegFolder ? join(ffmpegFolder, program) : program, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        signal: within,
        killSignal: 'SIGKILL',
      });
      lower(child);
      let output = '';
      let faults = '';
      child.stdout.on('data', (chunk) => {
        output = (output + chunk).slice(-MOST_OUTPUT);
        onOutput?.(output);
      });
      child.stderr.on('data', (chunk) => {
        faults = (faults + chunk).slice(-2000);
      });
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'EACCES') reject(toolsMissing());
        // Made to take for ever, or damaged so.
        else reject(within.aborted && !signal.aborted ? unreadable('it took too long') : error);
      });
      child.once('close', (code) => {
        if (code === 0) resolve(output);
        else reject(/No space left/.test(faults) ? diskFull() : unreadable(faults));
      });
    });
  }
}

/** What stops a program, and hears how far in the video it is. */
export interface Work {
  signal: AbortSignal;
  onTime?(ms: number): void;
}

/** Told how the file is written, and to open nothing but files: a list of addresses in it leads nowhere. */
function inputOf({ path, mimeType }: VideoFile): string[] {
  return ['-protocol_whitelist', 'file', '-f', DEMUXERS[mimeType], '-i', `file:${path}`];
}

function lower({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE);
  } catch {
    // It is gone already.
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function toolsMissing(): CodedError {
  return new CodedError(
    'MEDIA_TOOLS_MISSING',
    'The server has no ffmpeg: whoever runs it can install it, then try again.',
  );
}

function diskFull(): CodedError {
  return new CodedError('STORAGE_FULL', 'The server has no room to work on this video: try again later.');
}

/** What the programs said goes with it for the log, and to nobody else. */
function unreadable(faults = ''): CodedError {
  const message = 'This is no video that can be read to its end: it may be damaged or cut off. Encode it anew.';
  return Object.assign(new CodedError('VIDEO_UNREADABLE', message), faults && { cause: faults });
}
