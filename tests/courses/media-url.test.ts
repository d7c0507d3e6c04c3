import { describe, expect, it } from '@jest/globals';
import { type ApiResult, request } from '../support/client.js';
import {
  CreateCourseDocument,
  CreateLessonDocument,
  UpdateCourseDocument,
  UpdateLessonDocument,
} from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf } from '../support/people.js';
import { startTestServer } from '../support/server.js';

const REFUSED = [
  // no address, or not of the web
  '',
  'a picture',
  '/thumb.png',
  '//cdn.example.org/thumb.png',
  'cdn.example.org/thumb.png',
  'ftp://cdn.example.org/thumb.png',
  'javascript:alert(1)',
  'data:image/png;base64,AA',
  'file:///etc/passwd',
  `https://cdn.example.org/${'a'.repeat(2048)}`,
  // a name and a password, which a browser would send
  'https://ada@cdn.example.org/thumb.png',
  'https://ada:secret@cdn.example.org/thumb.png',
  'https://:secret@cdn.example.org/thumb.png',
  // this machine
  'http://localhost/thumb.png',
  'http://localhost:4000/thumb.png',
  'https://LOCALHOST./thumb.png',
  'https://api.localhost/thumb.png',
  'http://127.0.0.1/thumb.png',
  'http://127.1/thumb.png',
  'http://2130706433/thumb.png',
  'http://0x7f.1/thumb.png',
  'http://0x7f000001/thumb.png',
  'http://0177.0.0.1/thumb.png',
  'http://１２７.0.0.1/thumb.png',
  'http://0.0.0.0/thumb.png',
  'http://[::1]/thumb.png',
  'http://[::]/thumb.png',
  'http://[::ffff:127.0.0.1]/thumb.png',
  // private networks
  'https://10.0.0.1/thumb.png',
  'https://10.255.255.255/thumb.png',
  'https://100.64.0.1/thumb.png',
  'https://172.16.0.1/thumb.png',
  'https://172.31.255.255/thumb.png',
  'https://192.168.0.1/thumb.png',
  'https://169.254.169.254/latest/meta-data',
  'https://[::ffff:10.0.0.1]/thumb.png',
  'https://[::ffff:a9fe:a9fe]/latest/meta-data',
  'https://[64:ff9b::a00:1]/thumb.png',
  'https://[fc00::1]/thumb.png',
  'https://[fd12:3456::1]/thumb.png',
  'https://[fe80::1]/thumb.png',
  // names of private networks
  'https://metadata.google.internal/computeMetadata/v1',
  'https://METADATA.google.internal./computeMetadata/v1',
  'https://printer/thumb.png',
  'https://printer.local/thumb.png',
];

const TAKEN = [
  'https://cdn.example.org/thumb.png',
  'http://cdn.example.org/thumb.png',
  'https://cdn.example.org:8443/a%20b.png?size=2#top',
  'https://internal.example.org/thumb.png',
  'https://8.8.8.8/thumb.png',
  'https://172.15.0.1/thumb.png',
  'https://172.32.0.1/thumb.png',
  'https://[2606:4700::1111]/thumb.png',
];

const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: 'a secret of 32 bytes or of more than that' };

/** What becomes of each address: `taken`, or the code and field of the refusal. */
async function outcomes(urls: readonly string[], send: (url: string) => Promise<ApiResult<unknown>>) {
  const found: Record<string, string> = {};
  for (const url of urls) {
    const [error] = (await send(url)).errors;
    found[url] = error ? `${error.extensions.code} ${error.extensions.field}` : 'taken';
  }
  return found;
}

/** The same outcome for every address. */
function each(urls: readonly string[], outcome: string) {
  return Object.fromEntries(urls.map((url) => [url, outcome]));
}

/** Sends an address as the picture of a new course, or of one that is there. */
async function thumbnails(env = {}) {
  const server = await startTestServer({ env });
  const ina = await instructor(server);
  const id = await courseOf(server, ina);
  return {
    create: (thumbnailUrl: string) =>
      request(server.url, CreateCourseDocument, { input: { title: 'Heaps', thumbnailUrl } }, ina.token),
    update: (thumbnailUrl: string) =>
      request(server.url, UpdateCourseDocument, { id, input: { thumbnailUrl } }, ina.token),
  };
}

/** Sends an address as the video of a new lesson, or of one that is there. */
async function videos(env = {}) {
  const server = await startTestServer({ env });
  const ina = await instructor(server);
  const courseId = await courseOf(server, ina);
  const id = await lessonOf(server, ina, courseId);
  return {
    create: (videoUrl: string) =>
      request(server.url, CreateLessonDocument, { input: { courseId, title: 'Heaps', videoUrl } }, ina.token),
    update: (videoUrl: string) => request(server.url, UpdateLessonDocument, { id, input: { videoUrl } }, ina.token),
  };
}

describe.each([
  ['thumbnailUrl', thumbnails],
  ['videoUrl', videos],
])('%s', (field, senders) => {
  it('refuses what is no public address of the web', async () => {
    const { create, update } = await senders();
    expect(await outcomes(REFUSED, create)).toEqual(each(REFUSED, `BAD_USER_INPUT ${field}`));
    expect(await outcomes(REFUSED, update)).toEqual(each(REFUSED, `BAD_USER_INPUT ${field}`));
  });

  it('takes public addresses', async () => {
    const { create, update } = await senders();
    expect(await outcomes(TAKEN, create)).toEqual(each(TAKEN, 'taken'));
    expect(await outcomes(TAKEN, update)).toEqual(each(TAKEN, 'taken'));
  });

  it('must be https in production', async () => {
    const { create, update } = await senders(PRODUCTION);
    const [secure, open] = ['https://cdn.example.org/1.mp4', 'http://cdn.example.org/1.mp4'] as const;
    const expected = { [secure]: 'taken', [open]: `BAD_USER_INPUT ${field}` };
    expect(await outcomes([secure, open], create)).toEqual(expected);
    expect(await outcomes([secure, open], update)).toEqual(expected);
  });
});
