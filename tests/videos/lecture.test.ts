import { expect, it } from '@jest/globals';
import { Upload } from 'tus-js-client';
import { startBreakingLine } from '../support/breaking-line.js';
import { openBrowser, startSite } from '../support/browser.js';
import { ok } from '../support/client.js';
import { AskTutorDocument, LessonPlaybackDocument, TranscribeLessonDocument } from '../support/generated/graphql.js';
import { describeWith, makeVideo, mediaFolder } from '../support/media.js';
import { courseOf, instructor, lessonOf, student } from '../support/people.js';
import { startTestServer } from '../support/server.js';
import { startSpeechModel } from '../support/speech-model.js';
import { announce, endedJob } from '../support/uploads.js';

const SENTENCES = [
  [0, 5, 'Welcome to this lecture on sorting.'],
  [5, 11, 'Insertion sort is fast on a nearly sorted deck.'],
  [11, 18, 'A random pivot protects quicksort from bad luck.'],
] as const;

/** Sends a file as a browser would that loses its connection: in pieces, and again when one is lost. */
function sendOverBreakingLine(uploadUrl: string, bytes: Buffer): Promise<number> {
  let tries = 0;
  return new Promise((resolve, reject) => {
    new Upload(bytes, {
      uploadUrl,
      chunkSize: 40_000,
      retryDelays: [0, 100, 500],
      onShouldRetry: () => {
        tries++;
        return true;
      },
      onError: reject,
      onSuccess: () => resolve(tries),
    }).start();
  });
}

describeWith(['ffmpeg', 'espeak-ng', 'chromium'], 'a lecture', () => {
  it('is uploaded over a line that breaks, plays with captions in a browser, and the tutor cites it', async () => {
    const speech = SENTENCES.map(([, , text]) => text).join(' ');
    const video = makeVideo(mediaFolder(), { seconds: 20, speech, fastStart: true });
    const model = await startSpeechModel((call) =>
      call.say(SENTENCES.map(([start, end, text]) => [start, end, ` ${text}`])),
    );
    const site = await startSite();
    const server = await startTestServer({ env: { ...model.env, CORS_ORIGINS: site.origin } });
    const teacher = await instructor(server);
    const lessonId = await lessonOf(server, teacher, await courseOf(server, teacher));

    const { uploadUrl, job } = await announce(server, teacher, lessonId, video, { language: 'en' });
    const line = await startBreakingLine(server.url, 60_000);
    expect(await sendOverBreakingLine(uploadUrl.replace(server.url, line.url), video)).toBeGreaterThan(0);
    expect(line.breaks).toBe(1);
    expect(await endedJob(server, teacher, job.id)).toMatchObject({ status: 'COMPLETED' });

    const { transcribeLesson } = await ok(server.url, TranscribeLessonDocument, { lessonId }, teacher.token);
    expect(await endedJob(server, teacher, transcribeLesson.id)).toMatchObject({ status: 'COMPLETED' });

    const { lesson } = await ok(server.url, LessonPlaybackDocument, { id: lessonId });
    const page = await (await openBrowser()).newPage();
    site.show(`<!doctype html><title>Lecture</title>
      <video crossorigin muted poster="${lesson?.thumbnailUrl}" src="${lesson?.videoUrl}">
        <track default kind="captions" srclang="en" src="${lesson?.transcripts[0]?.captionsUrl}">
      </video>`);
    await page.goto(site.origin);
    const played = await page.evaluate(playAndSeek);
    expect(played).toMatchObject({
      captions: 'A random pivot protects quicksort from bad luck.',
      mode: 'showing',
      moved: true,
    });
    expect(played.at).toBeGreaterThanOrEqual(12.5);
    expect(Math.abs(played.duration - 20)).toBeLessThan(0.5);
    expect(played.colours).toBeGreaterThan(3);

    const sam = await student(server);
    const input = { lessonId, message: 'What protects quicksort from bad luck?', timestampVideo: '0:12' };
    const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    expect(askTutor.status).toBe('COMPLETED');
    expect(askTutor.citations).toContainEqual(
      expect.objectContaining({ lessonId, startSeconds: 11, endSeconds: 18, quote: SENTENCES[2][2] }),
    );
  }, 90_000);
});

/** In the page: seeks, plays on, and tells what is to be seen there. */
async function playAndSeek() {
  const video = document.querySelector('video') as HTMLVideoElement;
  const next = (target: EventTarget, name: string) =>
    new Promise((resolve, reject) => {
      target.addEventListener(name, resolve, { once: true });
      video.addEventListener('error', () => reject(new Error(video.error?.message)), { once: true });
    });
  if (video.readyState < 2) await next(video, 'loadeddata');
  const track = document.querySelector('track') as HTMLTrackElement;
  if (track.readyState !== HTMLTrackElement.LOADED) await next(track, 'load');
  const seeked = next(video, 'seeked');
  video.currentTime = 12.5;
  await seeked;
  await video.play();
  await next(video, 'timeupdate');
  const moved = video.currentTime > 12.5;
  const canvas = document.createElement('canvas');
  canvas.width = 32;
  canvas.height = 18;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.drawImage(video, 0, 0, 32, 18);
  const pixels = new Uint32Array(context.getImageData(0, 0, 32, 18).data.buffer);
  const shown = video.textTracks[0];
  return {
    at: video.currentTime,
    duration: video.duration,
    moved,
    mode: shown?.mode,
    captions: (shown?.activeCues?.[0] as VTTCue | undefined)?.text,
    colours: new Set(pixels).size,
  };
}
