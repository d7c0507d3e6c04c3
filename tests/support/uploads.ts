import { expect } from '@jest/globals';
import { Upload } from 'tus-js-client';
import { ok, openSocket, subscribe } from './client.js';
import {
  CreateUploadDocument,
  type CreateUploadInput,
  type JobFieldsFragment,
  JobProgressDocument,
} from './generated/graphql.js';
import { filesIn } from './media.js';
import { classroom, type Person } from './people.js';
import { startTestServer, type TestServer, type TestServerOptions } from './server.js';

export type Job = JobFieldsFragment;

/** An announced upload of these bytes. */
export async function announce(
  { url }: Pick<TestServer, 'url'>,
  { token }: Person,
  lessonId: string,
  bytes: Buffer,
  more: Partial<CreateUploadInput> = {},
) {
  const input = { lessonId, filename: 'lecture.mp4', mimeType: 'video/mp4', sizeBytes: bytes.length, ...more };
  return (await ok(url, CreateUploadDocument, { input }, token)).createUpload;
}

/** Sends all bytes with the real client of the protocol. */
export function send(uploadUrl: string, bytes: Buffer, chunkSize = Number.POSITIVE_INFINITY): Promise<void> {
  return new Promise((resolve, reject) => {
    new Upload(bytes, { uploadUrl, chunkSize, retryDelays: null, onError: reject, onSuccess: () => resolve() }).start();
  });
}

/** All states of a job until it has ended; the last is how it ended. */
export async function jobStates(
  { url }: Pick<TestServer, 'url'>,
  { token }: Person,
  id: string,
  onState: (job: Job) => void = () => {},
): Promise<Job[]> {
  const states: Job[] = [];
  for await (const { data, errors } of subscribe(openSocket(url, token), JobProgressDocument, { id })) {
    if (!data) throw new Error(`expected a job, got ${JSON.stringify(errors)}`);
    states.push(data.jobProgress);
    onState(data.jobProgress);
  }
  return states;
}

/** How a job ended. */
export async function endedJob(server: Pick<TestServer, 'url'>, who: Person, id: string): Promise<Job> {
  const job = (await jobStates(server, who, id)).at(-1);
  if (!job) throw new Error('expected a job');
  return job;
}

/** Announces and sends a file, and waits for what becomes of it. */
export async function uploaded(
  server: Pick<TestServer, 'url'>,
  who: Person,
  lessonId: string,
  bytes: Buffer,
  more: Partial<CreateUploadInput> = {},
): Promise<Job> {
  const { uploadUrl, job } = await announce(server, who, lessonId, bytes, more);
  await send(uploadUrl, bytes);
  return endedJob(server, who, job.id);
}

/** One request of the protocol by hand: its status, and the code of a refusal. */
export async function tus(
  uploadUrl: string,
  method: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: Buffer } = {},
): Promise<{ status: number; code: string | null; headers: Headers }> {
  const response = await fetch(uploadUrl, {
    method,
    headers: {
      'tus-resumable': '1.0.0',
      ...(body && { 'content-type': 'application/offset+octet-stream' }),
      ...headers,
    },
    ...(body && { body: new Uint8Array(body) }),
  });
  const text = await response.text();
  const code = text.startsWith('{') ? JSON.parse(text).errors[0].extensions.code : null;
  return { status: response.status, code, headers: response.headers };
}

/** Adds bytes to an upload, by hand. */
export function patch(uploadUrl: string, offset: number, body: Buffer, headers: Record<string, string> = {}) {
  return tus(uploadUrl, 'PATCH', { body, headers: { 'upload-offset': String(offset), ...headers } });
}

/** A server with a teacher, a published lesson and a student. */
export async function school(options: TestServerOptions = {}) {
  const server = await startTestServer(options);
  return { server, ...(await classroom(server)) };
}

/** Bytes that begin like an MP4 file and go on as nonsense. */
export function mp4Bytes(length: number): Buffer {
  return Buffer.concat([
    Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41', 'latin1'),
    Buffer.alloc(length, 7),
  ]);
}

/** What a program for Windows begins with. */
export const PROGRAM = Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), Buffer.alloc(5000, 0x90)]);

/** Nothing of any file lies anywhere. */
export function expectNoFiles({ dataDir }: Pick<TestServer, 'dataDir'>): void {
  expect(allFiles(dataDir)).toEqual([]);
}

/** Resolves when nothing of any file is left: files go after the word that their job has ended. */
export async function noFilesLeft({ dataDir }: Pick<TestServer, 'dataDir'>): Promise<void> {
  while (allFiles(dataDir).length > 0) await new Promise((resolve) => setImmediate(resolve));
}

function allFiles(dataDir: string): string[] {
  return [...filesIn(dataDir, 'uploads'), ...filesIn(dataDir, 'work')];
}
