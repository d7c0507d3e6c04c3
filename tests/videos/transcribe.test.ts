import { beforeAll, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import {
  AiUsageDocument,
  CancelJobDocument,
  CreditHistoryDocument,
  LessonPlaybackDocument,
  LinkVideoDocument,
  MeDocument,
  RetryJobDocument,
  TranscribeLessonDocument,
} from '../support/generated/graphql.js';
import { expectLedgerExact } from '../support/ledger.js';
import { describeWith, filesIn, makeVideo, mediaFolder } from '../support/media.js';
import { instructor, lessonOf } from '../support/people.js';
import { startPublicHost } from '../support/public-host.js';
import { type SpeechCall, startSpeechModel } from '../support/speech-model.js';
import { endedJob, noFilesLeft, school, uploaded } from '../support/uploads.js';

describeWith(['ffmpeg'], 'a transcription', () => {
  let video: Buffer;
  let silent: Buffer;
  beforeAll(() => {
    const folder = mediaFolder();
    video = makeVideo(folder, { seconds: 70, rate: 1 });
    silent = makeVideo(folder, { seconds: 2, speech: null });
  });

  /** A server whose lesson shows a video of 70 seconds, and a model that answers so. */
  async function studio(answer: (call: SpeechCall, number: number) => void, env: Record<string, string> = {}) {
    const model = await startSpeechModel(answer);
    const all = await school({ env: { ...model.env, ...env } });
    // A lesson of its own, without captions.
    const lessonId = await lessonOf(all.server, all.teacher, all.courseId);
    expect(await uploaded(all.server, all.teacher, lessonId, video, { language: 'en-GB' })).toMatchObject({
      status: 'COMPLETED',
    });
    return { ...all, model, lessonId };
  }

  const saying = (call: SpeechCall) =>
    call.say([
      [0, 2.5, ' Welcome to the lecture.'],
      [2.5, 9, ' A <b>second</b> sentence & more.'],
    ]);

  it('becomes the lesson’s transcript, is logged, and costs its minutes', async () => {
    const { server, teacher, lessonId, model } = await studio(saying);
    const { transcribeLesson } = await ok(server.url, TranscribeLessonDocument, { lessonId }, teacher.token);
    expect(transcribeLesson).toMatchObject({ kind: 'TRANSCRIBE', status: 'QUEUED', creditsCharged: 0 });
    const { me: before } = await ok(server.url, MeDocument, {}, teacher.token);
    expect(before.credits).toBe(98);
    const job = await endedJob(server, teacher, transcribeLesson.id);
    // 60 seconds by the provider's count, of the 70 that were held.
    expect(job).toMatchObject({ status: 'COMPLETED', progressPercent: 100, creditsCharged: 1, errorCode: null });

    const [call] = model.calls;
    expect(model.calls).toHaveLength(1);
    expect(call).toMatchObject({
      authorization: 'Bearer sk-scripted-speech-key',
      fields: {
        model: 'whisper-scripted',
        response_format: 'verbose_json',
        'timestamp_granularities[]': 'segment',
        language: 'en',
      },
    });
    expect(call?.audio.length).toBeGreaterThan(100_000);
    const { lesson } = await ok(server.url, LessonPlaybackDocument, { id: lessonId });
    expect(lesson?.transcripts).toMatchObject([
      {
        language: 'en-GB',
        cues: [
          { startSeconds: 0, endSeconds: 2.5, text: 'Welcome to the lecture.' },
          { startSeconds: 2.5, endSeconds: 9, text: 'A <b>second</b> sentence & more.' },
        ],
      },
    ]);
    const { aiUsage } = await ok(server.url, AiUsageDocument, {}, teacher.token);
    expect(aiUsage.nodes).toMatchObject([
      {
        jobId: job.id,
        chatId: null,
        provider: 'openai',
        model: 'whisper-scripted',
        audioSeconds: 60,
        tokensOutput: 0,
        source: 'PROVIDER',
      },
    ]);
    const { creditHistory } = await ok(server.url, CreditHistoryDocument, {}, teacher.token);
    expect(creditHistory.nodes.map(({ reason, amount, jobId }) => [reason, amount, jobId])).toEqual([
      ['RELEASE', 1, job.id],
      ['HOLD', -2, job.id],
      ['SIGNUP', 100, null],
    ]);
    await expectLedgerExact(server, teacher);
    expect(filesIn(server.dataDir, 'work')).toEqual([]);
  });

  it('is in the language that the model tells when nobody said one, and replaces what was there', async () => {
    const { server, teacher, lessonId } = await studio((call) =>
      call.say([[0, 1, 'Satu.']], { language: 'indonesian', seconds: null }),
    );
    await server.app.em.fork().getConnection().execute('update video_sources set language = null');
    for (let round = 0; round < 2; round++) {
      const { transcribeLesson } = await ok(server.url, TranscribeLessonDocument, { lessonId }, teacher.token);
      expect(await endedJob(server, teacher, transcribeLesson.id)).toMatchObject({ status: 'COMPLETED' });
    }
    const { lesson } = await ok(server.url, LessonPlaybackDocument, { id: lessonId });
    expect(lesson?.transcripts.map(({ language }) => language)).toEqual(['id']);
    const { aiUsage } = await ok(server.url, AiUsageDocument, {}, teacher.token);
    expect(aiUsage.nodes).toHaveLength(2);
    expect(aiUsage.nodes[0]).toMatchObject({ source: 'ESTIMATED' });
    expect(aiUsage.nodes[0]?.audioSeconds).toBeCloseTo(70, 0);
    await expectLedgerExact(server, teacher);
  });

  it('is refused without credits, of a silent video, twice at once, and to others', async () => {
    const { server, teacher, lessonId, model, courseId } = await studio(() => {}, { SIGNUP_CREDITS: '2' });
    const otto = await instructor(server, 'otto');
    const ask = { lessonId };
    expect(await refused(server.url, TranscribeLessonDocument, ask)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await refused(server.url, TranscribeLessonDocument, ask, otto.token)).toMatchObject({ code: 'FORBIDDEN' });
    const wrong = { lessonId, language: 'not a language' };
    expect(await refused(server.url, TranscribeLessonDocument, wrong, teacher.token)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'language',
    });
    const { transcribeLesson } = await ok(server.url, TranscribeLessonDocument, ask, teacher.token);
    expect(await refused(server.url, TranscribeLessonDocument, ask, teacher.token)).toMatchObject({ code: 'CONFLICT' });

    const bare = await lessonOf(server, teacher, courseId);
    const empty = await refused(server.url, TranscribeLessonDocument, { lessonId: bare }, teacher.token);
    expect(empty).toMatchObject({ code: 'CONFLICT' });
    await uploaded(server, teacher, bare, silent);
    const mute = await refused(server.url, TranscribeLessonDocument, { lessonId: bare }, teacher.token);
    expect(mute).toMatchObject({ code: 'VIDEO_UNREADABLE' });
    const second = await lessonOf(server, teacher, courseId);
    await uploaded(server, teacher, second, video);
    // The first one holds all that there is.
    const poor = await refused(server.url, TranscribeLessonDocument, { lessonId: second }, teacher.token);
    expect(poor).toMatchObject({ code: 'INSUFFICIENT_CREDITS' });

    const { cancelJob } = await ok(server.url, CancelJobDocument, { id: transcribeLesson.id }, teacher.token);
    expect(cancelJob).toMatchObject({ status: 'CANCELLED', creditsCharged: 0 });
    await expectLedgerExact(server, teacher);
    expect((await ok(server.url, MeDocument, {}, teacher.token)).me.credits).toBe(2);
    expect(model.calls.length).toBeLessThanOrEqual(1);
  });

  it('is refused where no model is configured', async () => {
    const without = await school();
    await uploaded(without.server, without.teacher, without.lessonId, video);
    const none = await refused(
      without.server.url,
      TranscribeLessonDocument,
      { lessonId: without.lessonId },
      without.teacher.token,
    );
    expect(none).toMatchObject({ code: 'TRANSCRIPTION_UNAVAILABLE' });
  });

  it('fails at once when the provider refuses it, says nothing of its words, and can be tried again', async () => {
    let fault = 401;
    const { server, teacher, lessonId, model } = await studio((call) => (fault ? call.refuse(fault) : saying(call)));
    const { transcribeLesson } = await ok(server.url, TranscribeLessonDocument, { lessonId }, teacher.token);
    const failed = await endedJob(server, teacher, transcribeLesson.id);
    expect(failed).toMatchObject({ status: 'FAILED', errorCode: 'TRANSCRIPTION_UNAVAILABLE', creditsCharged: 0 });
    expect(failed.errorMessage).not.toContain('secret');
    expect(model.calls).toHaveLength(1);
    await expectLedgerExact(server, teacher);
    fault = 0;
    const { retryJob } = await ok(server.url, RetryJobDocument, { id: failed.id }, teacher.token);
    expect(retryJob).toMatchObject({ id: failed.id, status: 'QUEUED', attempts: 0, errorCode: null, finishedAt: null });
    expect(await endedJob(server, teacher, failed.id)).toMatchObject({ status: 'COMPLETED', creditsCharged: 1 });
    await expectLedgerExact(server, teacher);
    const { creditHistory } = await ok(server.url, CreditHistoryDocument, {}, teacher.token);
    expect(creditHistory.nodes.map(({ amount }) => amount)).toEqual([1, -2, 2, -2, 100]);
    expect(await refused(server.url, RetryJobDocument, { id: failed.id }, teacher.token)).toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('waits for a provider that is busy, as long as it says', async () => {
    const { server, teacher, lessonId, model } = await studio((call, number) =>
      number < 3 ? call.refuse(429, { 'retry-after': '0' }) : saying(call),
    );
    const { transcribeLesson } = await ok(server.url, TranscribeLessonDocument, { lessonId }, teacher.token);
    expect(await endedJob(server, teacher, transcribeLesson.id)).toMatchObject({ status: 'COMPLETED', attempts: 1 });
    expect(model.calls).toHaveLength(3);
  });

  it('fails when nothing is spoken, and when the model gives no times', async () => {
    const { server, teacher, lessonId } = await studio((call, number) => {
      if (number === 1) call.say([]);
      else call.response.writeHead(200, { 'content-type': 'application/json' }).end('{"text":"Words."}');
    });
    for (const errorCode of ['VIDEO_UNREADABLE', 'TRANSCRIPTION_UNAVAILABLE']) {
      const { transcribeLesson } = await ok(server.url, TranscribeLessonDocument, { lessonId }, teacher.token);
      const job = await endedJob(server, teacher, transcribeLesson.id);
      expect(job).toMatchObject({ status: 'FAILED', errorCode, creditsCharged: 0 });
    }
    await expectLedgerExact(server, teacher);
  });

  it('of a long video is made of parts: each is heard once, and a border costs no word', async () => {
    const long = makeVideo(mediaFolder(), { seconds: 650, rate: 1 });
    // A sentence every ten seconds; the model hears those that are whole within the part.
    const model = await startSpeechModel((call, number) => {
      const seconds = number === 1 ? 600 : 60;
      if (number === 2) return call.refuse(400);
      const part = number === 1 ? 0 : 590;
      const said = Array.from(
        { length: 65 },
        (_, index) => [index * 10 + 1, index * 10 + 8, `Sentence ${index}.`] as const,
      );
      const within = said.filter(([start, end]) => start >= part && end <= part + seconds);
      call.say(
        within.map(([start, end, text]) => [start - part, end - part, text]),
        { seconds },
      );
    });
    const { server, teacher, courseId } = await school({ env: model.env });
    const lessonId = await lessonOf(server, teacher, courseId);
    await uploaded(server, teacher, lessonId, long);
    const { transcribeLesson } = await ok(server.url, TranscribeLessonDocument, { lessonId }, teacher.token);
    // Its second part is refused; what was heard of the first is kept.
    expect(await endedJob(server, teacher, transcribeLesson.id)).toMatchObject({ status: 'FAILED', creditsCharged: 0 });
    const { retryJob } = await ok(server.url, RetryJobDocument, { id: transcribeLesson.id }, teacher.token);
    expect(await endedJob(server, teacher, retryJob.id)).toMatchObject({ status: 'COMPLETED', creditsCharged: 11 });
    expect(model.calls).toHaveLength(3);
    const { lesson } = await ok(server.url, LessonPlaybackDocument, { id: lessonId });
    const cues = lesson?.transcripts[0]?.cues ?? [];
    expect(cues.map(({ text }) => text)).toEqual(Array.from({ length: 65 }, (_, index) => `Sentence ${index}.`));
    expect(cues[60]).toMatchObject({ startSeconds: 601, endSeconds: 608 });
    await expectLedgerExact(server, teacher);
    const { aiUsage } = await ok(server.url, AiUsageDocument, {}, teacher.token);
    expect(aiUsage.nodes).toMatchObject([{ audioSeconds: 660 }]);
  }, 90_000);

  it('of a linked video fetches it, and leaves no copy', async () => {
    const model = await startSpeechModel(saying);
    const host = await startPublicHost((_request, response) => {
      response.writeHead(200, { 'content-type': 'video/mp4' }).end(video);
    });
    const { server, teacher, courseId } = await school({ env: model.env, outgoing: host });
    const lessonId = await lessonOf(server, teacher, courseId);
    const input = { lessonId, url: 'https://video.example/a.mp4', language: 'en' };
    const { linkVideo } = await ok(server.url, LinkVideoDocument, { input }, teacher.token);
    expect(await endedJob(server, teacher, linkVideo.id)).toMatchObject({ status: 'COMPLETED' });
    const { transcribeLesson } = await ok(server.url, TranscribeLessonDocument, { lessonId }, teacher.token);
    expect(await endedJob(server, teacher, transcribeLesson.id)).toMatchObject({
      status: 'COMPLETED',
      creditsCharged: 1,
    });
    expect(host.asked).toHaveLength(2);
    await noFilesLeft(server);
  });

  it('stops within a second or two when it is cancelled, and the provider is left alone', async () => {
    const asked = Promise.withResolvers<SpeechCall>();
    const { server, teacher, lessonId } = await studio((call) => asked.resolve(call));
    const { transcribeLesson } = await ok(server.url, TranscribeLessonDocument, { lessonId }, teacher.token);
    const call = await asked.promise;
    const closed = new Promise((resolve) => call.response.once('close', resolve));
    const { cancelJob } = await ok(server.url, CancelJobDocument, { id: transcribeLesson.id }, teacher.token);
    expect(cancelJob).toMatchObject({ status: 'CANCELLED', errorCode: null });
    await closed;
    await expectLedgerExact(server, teacher);
  });
});
