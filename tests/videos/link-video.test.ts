import type { IncomingMessage, ServerResponse } from 'node:http';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import { LessonPlaybackDocument, LinkVideoDocument } from '../support/generated/graphql.js';
import { describeWith, makeVideo, mediaFolder } from '../support/media.js';
import { instructor } from '../support/people.js';
import { PUBLIC_ADDRESS, startPublicHost } from '../support/public-host.js';
import { endedJob, expectNoFiles, mp4Bytes, noFilesLeft, PROGRAM, school } from '../support/uploads.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Links an address of a host that answers so, and gives how its job ended. */
async function linked(url: string, answer: Answer, env: Record<string, string> = {}) {
  const host = await startPublicHost(answer);
  const { server, teacher, lessonId } = await school({ outgoing: host, env });
  const input = { lessonId, url, language: 'en' };
  const { linkVideo } = await ok(server.url, LinkVideoDocument, { input }, teacher.token);
  expect(linkVideo).toMatchObject({ kind: 'PROBE_LINK', status: 'QUEUED', videoSource: { kind: 'LINK', url } });
  const job = await endedJob(server, teacher, linkVideo.id);
  const { lesson } = await ok(server.url, LessonPlaybackDocument, { id: lessonId });
  return { host, server, job, lesson };
}

const send =
  (bytes: Buffer, headers: Record<string, string | number> = {}): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': bytes.length, ...headers }).end(bytes);
  };

describe('a link is refused before anything is fetched', () => {
  it.each([
    'http://video.example/a.mp4',
    'https://169.254.169.254/latest/meta-data',
    'https://127.0.0.1/a.mp4',
    'https://0x7f.1/a.mp4',
    'https://[::1]/a.mp4',
    'https://[::ffff:10.0.0.1]/a.mp4',
    'https://localhost/a.mp4',
    'https://ada:secret@video.example/a.mp4',
    'ftp://video.example/a.mp4',
    'a lecture',
  ])('to %s', async (url) => {
    const host = await startPublicHost(send(mp4Bytes(10)));
    const { server, teacher, lessonId } = await school({ outgoing: host });
    const refusal = await refused(server.url, LinkVideoDocument, { input: { lessonId, url } }, teacher.token);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'url' });
    expect(host).toMatchObject({ resolved: [], connected: [] });
    expectNoFiles(server);
  });

  it.each([[['127.0.0.1']], [['10.1.2.3']], [['169.254.169.254']], [['::1']], [[PUBLIC_ADDRESS, '192.168.1.1']]])(
    'to a name that resolves to %j',
    async (addresses) => {
      const host = await startPublicHost(send(mp4Bytes(10)));
      host.names['video.example'] = addresses;
      const { server, teacher, lessonId } = await school({ outgoing: host });
      const input = { lessonId, url: 'https://video.example/a.mp4' };
      const refusal = await refused(server.url, LinkVideoDocument, { input }, teacher.token);
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'url' });
      expect(host.connected).toEqual([]);
      expectNoFiles(server);
    },
  );

  it('to a name that nobody has, for another’s lesson, and by nobody', async () => {
    const host = await startPublicHost(send(mp4Bytes(10)));
    host.names['video.example'] = [];
    const { server, teacher, lessonId } = await school({ outgoing: host });
    const input = { lessonId, url: 'https://video.example/a.mp4' };
    const refusal = await refused(server.url, LinkVideoDocument, { input }, teacher.token);
    expect(refusal).toMatchObject({ code: 'LINK_UNREACHABLE' });
    const otto = await instructor(server, 'otto');
    expect(await refused(server.url, LinkVideoDocument, { input }, otto.token)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refused(server.url, LinkVideoDocument, { input })).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('a link that was taken', () => {
  it('fails when its name leads into the private network by the time it is fetched', async () => {
    const host = await startPublicHost(send(mp4Bytes(10)));
    const { server, teacher, lessonId } = await school({ outgoing: host, env: { JOB_CONCURRENCY: '1' } });
    const resolve = host.resolve.bind(host);
    // Rebinding: public to whoever looks first.
    host.resolve = async (name) => {
      const addresses = await resolve(name);
      return host.resolved.length > 1 ? ['127.0.0.1'] : addresses;
    };
    const input = { lessonId, url: 'https://video.example/a.mp4' };
    const { linkVideo } = await ok(server.url, LinkVideoDocument, { input }, teacher.token);
    const job = await endedJob(server, teacher, linkVideo.id);
    expect(job).toMatchObject({ status: 'FAILED', errorCode: 'BAD_USER_INPUT', attempts: 1 });
    expect(host.connected).toEqual([]);
    expectNoFiles(server);
  });

  it('connects to the very address that was checked, once for each hop', async () => {
    const { host, job } = await linked(
      'https://video.example/a.mp4',
      (request, response) => {
        if (request.url === '/a.mp4') response.writeHead(302, { location: 'https://other.example/b.mp4' }).end();
        else send(mp4Bytes(5000))(request, response);
      },
      { FFMPEG_PATH: '/nowhere' },
    );
    expect(job.status).toBe('COMPLETED');
    expect(host.connected).toEqual([
      { host: 'video.example', address: PUBLIC_ADDRESS, port: 443 },
      { host: 'other.example', address: PUBLIC_ADDRESS, port: 443 },
    ]);
    expect(host.asked).toEqual(['/a.mp4', '/b.mp4']);
  });

  it.each(['https://169.254.169.254/latest', 'http://video.example/b.mp4', 'https://localhost/', '//127.0.0.1/b.mp4'])(
    'fails when it leads on to %s',
    async (location) => {
      const { host, job, lesson, server } = await linked('https://video.example/a.mp4', (_request, response) => {
        response.writeHead(301, { location }).end();
      });
      expect(job).toMatchObject({ status: 'FAILED', errorCode: 'BAD_USER_INPUT' });
      expect(host.asked).toEqual(['/a.mp4']);
      expect(lesson?.videoUrl).toBeNull();
      await noFilesLeft(server);
    },
  );

  it('takes another of the name’s addresses when the first cannot be reached', async () => {
    const host = await startPublicHost(send(mp4Bytes(5000)));
    host.names['video.example'] = ['93.184.216.1', PUBLIC_ADDRESS];
    const connect = host.connect.bind(host);
    host.connect = (target, signal) =>
      target.address === PUBLIC_ADDRESS
        ? connect(target, signal)
        : Promise.reject(Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }));
    const { server, teacher, lessonId } = await school({ outgoing: host, env: { FFMPEG_PATH: '/nowhere' } });
    const input = { lessonId, url: 'https://video.example/a.mp4' };
    const { linkVideo } = await ok(server.url, LinkVideoDocument, { input }, teacher.token);
    expect(await endedJob(server, teacher, linkVideo.id)).toMatchObject({ status: 'COMPLETED', attempts: 1 });
  });

  it('fails when it leads in a circle', async () => {
    const { host, job } = await linked('https://video.example/a.mp4', (_request, response) => {
      response.writeHead(302, { location: '/a.mp4' }).end();
    });
    expect(job).toMatchObject({ status: 'FAILED', errorCode: 'LINK_UNREACHABLE' });
    expect(host.asked).toHaveLength(6);
  });

  it.each([
    ['a page', 200, { 'content-type': 'text/html; charset=utf-8' }],
    ['a playlist', 200, { 'content-type': 'application/vnd.apple.mpegurl' }],
    ['a refusal', 403, { 'content-type': 'text/plain' }],
  ])('is only linked when it gives %s', async (_name, status, headers) => {
    const url = 'https://video.example/watch?v=1';
    const { job, lesson, server } = await linked(url, (_request, response) => {
      response.writeHead(status, headers).end('<html>');
    });
    expect(job).toMatchObject({ status: 'COMPLETED', videoSource: { url, mimeType: null, durationSeconds: null } });
    expect(lesson?.videoUrl).toBe(url);
    await noFilesLeft(server);
  });

  it.each([
    ['nothing there', 'LINK_UNREACHABLE', (_: unknown, response: ServerResponse) => response.writeHead(404).end()],
    ['a program', 'VIDEO_UNREADABLE', send(PROGRAM, { 'content-type': 'application/octet-stream' })],
    ['an empty file', 'VIDEO_UNREADABLE', send(Buffer.alloc(0))],
    ['more than it may, as announced', 'PAYLOAD_TOO_LARGE', send(mp4Bytes(100_001))],
    [
      'more than it may, unannounced',
      'PAYLOAD_TOO_LARGE',
      (_: unknown, response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'video/mp4' });
        response.on('error', () => {});
        const more = () => {
          while (!response.destroyed && response.write(mp4Bytes(50_000)));
        };
        response.on('drain', more);
        more();
      },
    ],
  ])('fails when it gives %s', async (_name, errorCode, answer) => {
    const env = { UPLOAD_MAX_BYTES: '100000' };
    const { job, lesson, server } = await linked('https://video.example/a.mp4', answer as Answer, env);
    expect(job).toMatchObject({ status: 'FAILED', errorCode, attempts: 1 });
    expect(lesson?.videoUrl).toBeNull();
    await noFilesLeft(server);
  });

  it('fails when its certificate is for another name', async () => {
    const { job } = await linked('https://third.example/a.mp4', send(mp4Bytes(10)));
    expect(job).toMatchObject({ status: 'FAILED', errorCode: 'LINK_UNREACHABLE' });
  });

  it('is tried again when the other side has a bad moment', async () => {
    let times = 0;
    const { job } = await linked(
      'https://video.example/a.mp4',
      (request, response) => {
        if (++times === 1) response.writeHead(503).end();
        else send(mp4Bytes(5000))(request, response);
      },
      { FFMPEG_PATH: '/nowhere' },
    );
    expect(job).toMatchObject({ status: 'COMPLETED', attempts: 2, errorCode: null });
  });
});

describeWith(['ffmpeg'], 'a linked video', () => {
  const videos: Buffer[] = [];
  beforeAll(() => {
    const folder = mediaFolder();
    videos.push(makeVideo(folder, { seconds: 3 }), makeVideo(folder, { seconds: 3, format: 'webm' }));
  });

  it.each([0, 1])('is looked into: its length, its size, its kind (%i)', async (index) => {
    const video = videos[index] as Buffer;
    const url = 'https://video.example/lecture';
    const { job, lesson, server } = await linked(url, send(video, { 'content-type': 'application/octet-stream' }));
    expect(job).toMatchObject({
      status: 'COMPLETED',
      videoSource: { mimeType: ['video/mp4', 'video/webm'][index], sizeBytes: video.length, width: 320, height: 180 },
    });
    expect(job.videoSource?.durationSeconds).toBeCloseTo(3, 0);
    expect(lesson).toMatchObject({ videoUrl: url, durationSeconds: 3, thumbnailUrl: null });
    await noFilesLeft(server);
  });

  it('fails when it is cut off', async () => {
    const video = videos[0] as Buffer;
    const { job } = await linked('https://video.example/a.mp4', send(video.subarray(0, video.length / 2)));
    expect(job).toMatchObject({ status: 'FAILED', errorCode: 'VIDEO_UNREADABLE' });
  });
});
