import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LessonRow } from '../../courses/lesson.row.js';
import { pause } from '../../shared/abortable.js';
import { CodedError } from '../../shared/coded-error.js';
import { type ParsedCue, parseCaptions, renderVtt } from '../captions.js';
import type { VideoFile } from '../jobs/media-tools.js';
import type { Made, RunningJob } from '../jobs/running-job.js';
import { languageTag } from '../language.policy.js';
import { fetchLink } from '../links/fetch-link.js';
import type { VideoType } from '../uploads/file-type.policy.js';
import { stageCues, switchTranscript } from '../write-transcript.service.js';
import { joinParts, partsOf } from './join-parts.policy.js';
import { type Heard, hear, ProviderFault } from './speech-model.js';
import { keepPart, keptParts } from './speech-parts.service.js';

/** Ten minutes as MP3 are 3.6 MB, and the API takes 25. */
const PART_MS = 600_000;
const OVERLAP_MS = 10_000;
const TRIES_PER_PART = 3;

/**
 * Writes down what is spoken in a video: extracts its sound, has it heard in parts, and joins what was heard.
 * @throws TRANSCRIPTION_UNAVAILABLE, VIDEO_UNREADABLE, MEDIA_TOOLS_MISSING, and for a link what `fetchLink` throws
 */
export async function transcribe(job: RunningJob): Promise<Made> {
  const { app, row } = job;
  const source = await app.read
    .selectFrom('videoSources')
    .leftJoin('uploads', 'uploads.id', 'videoSources.uploadId')
    .select(['videoSources.url', 'videoSources.mimeType', 'videoSources.durationMs', 'uploads.storageKey'])
    .where('videoSources.id', '=', row.videoSourceId ?? -1)
    .executeTakeFirstOrThrow();
  const sound = await soundOf(job, source);
  const lengthMs = Math.min(await app.videos.tools.lengthOf(sound, job.signal), source.durationMs ?? 0);
  const heard = await hearAll(job, sound, lengthMs);
  await job.enter('writing transcript', 95);
  const cues = joinParts(heard.parts);
  if (cues.length === 0) throw new CodedError('VIDEO_UNREADABLE', 'Nothing is spoken in this video.');
  // Through the parser of caption files: what a model writes may hold anything that a file may.
  const staged = await stageCues(app, parseCaptions(renderVtt(cues), 'VTT'));
  await app.checkpoint('transcript.staged');
  const language = row.language ?? languageTag(heard.language) ?? 'und';
  return async (em, { lessonId }) => {
    if ((await em.count(LessonRow, { id: lessonId, deletedAt: null })) === 0) return;
    await switchTranscript(app, em, { lessonId, language }, staged);
  };
}

/** The video's sound as a file of the job's folder; an earlier worker may have made it already. */
async function soundOf(
  job: RunningJob,
  source: { url: string | null; mimeType: string | null; durationMs: number | null; storageKey: string | null },
): Promise<string> {
  const { app, folder, signal } = job;
  const sound = join(folder, 'sound.flac');
  if (await isThere(sound)) return sound;
  await job.enter('fetching', 0);
  const copy = join(folder, 'video');
  let video: VideoFile;
  if (source.storageKey !== null) {
    const path = await app.videos.storage.localFile(source.storageKey, folder, signal);
    video = { path, mimeType: source.mimeType as VideoType };
  } else {
    const linked = await fetchLink(app, source.url ?? '', { file: copy, mostBytes: Number.POSITIVE_INFINITY, signal });
    if (linked.kind === 'page')
      throw new CodedError('LINK_UNREACHABLE', 'This link gives its video to browsers alone.');
    video = { path: linked.file, mimeType: linked.mimeType };
  }
  await job.enter('extracting sound', 10);
  const lengthMs = source.durationMs ?? 0;
  const onTime = (ms: number) => job.advance(10 + (ms / lengthMs) * 20);
  await app.videos.tools.extractSound(video, lengthMs, sound, { signal, onTime });
  await rm(copy, { force: true });
  return sound;
}

async function hearAll(job: RunningJob, sound: string, lengthMs: number) {
  const { app, row } = job;
  await job.enter('transcribing', 30);
  const kept = await keptParts(app, row.id);
  const parts = partsOf(lengthMs, PART_MS, OVERLAP_MS);
  let language: string | null = null;
  const heard: { startMs: number; endMs: number; cues: ParsedCue[] }[] = [];
  for (const [number, part] of parts.entries()) {
    const known = kept.get(number);
    const { cues, language: spoken }: HeardPart = known ?? (await hearPart(job, sound, { ...part, number, language }));
    // What the first part is in, the others are heard in: a quotation does not change the language.
    language ??= spoken;
    const absolute = cues.map((cue) => ({
      ...cue,
      startMs: cue.startMs + part.startMs,
      endMs: Math.min(cue.endMs + part.startMs, part.endMs),
    }));
    heard.push({ ...part, cues: absolute });
    job.advance(30 + ((number + 1) / parts.length) * 65);
  }
  return { parts: heard, language };
}

interface HeardPart {
  cues: ParsedCue[];
  language: string | null;
}

async function hearPart(
  job: RunningJob,
  sound: string,
  part: { startMs: number; endMs: number; number: number; language: string | null },
): Promise<HeardPart> {
  const { app, folder, signal, row } = job;
  const lengthMs = part.endMs - part.startMs;
  const file = join(folder, `part-${part.number}.mp3`);
  await app.videos.tools.cutSound(sound, { startMs: part.startMs, lengthMs }, file, { signal });
  const spoken = row.language ?? languageTag(part.language);
  const heard = await hearPatiently(job, { file, language: spoken });
  await app.checkpoint('speech.part-heard');
  const cues = heard.segments.map(({ start, end, text }) => ({
    startMs: Math.max(0, Math.round(start * 1000)),
    endMs: Math.max(0, Math.round(end * 1000)),
    text: text.trim(),
  }));
  // A provider that counts absurdly counts wrongly.
  const audioSeconds = Math.min(heard.seconds ?? lengthMs / 1000, lengthMs / 1000 + 1);
  const counted = heard.seconds !== null;
  await keepPart(job, { number: part.number, cues, language: heard.language, audioSeconds, counted });
  await rm(file, { force: true });
  return { cues, language: heard.language };
}

/** A part is tried again at once a few times: a long video has many, and each may meet a busy moment. */
async function hearPatiently(job: RunningJob, part: { file: string; language: string | null }): Promise<Heard> {
  const { transcription } = job.app.config;
  if (!transcription) throw new ProviderFault(new Error('no model is configured'), false);
  for (let attempt = 1; ; attempt++) {
    try {
      return await hear(transcription, part, job.signal);
    } catch (error) {
      if (!(error instanceof ProviderFault) || !error.mayPass || attempt === TRIES_PER_PART) throw error;
      job.app.log.warn({ err: error, jobId: job.row.id, attempt }, 'a part was not written down: trying again');
      await pause(error.retryAfterMs ?? 1000 * 2 ** attempt * (0.5 + Math.random() / 2), job.signal);
      job.signal.throwIfAborted();
    }
  }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
