import type { IncomingMessage, ServerResponse } from 'node:http';
import { mayChange } from '../../courses/course.policy.js';
import type { App } from '../../shared/app.js';
import { CodedError, type ErrorCode } from '../../shared/coded-error.js';
import { rowId } from '../../shared/row-id.js';
import { type Signed, verdict } from '../playback/signed-url.policy.js';
import { CHECKSUM_ALGORITHMS, readChecksum } from './checksum.js';
import { uploadPath } from './create-upload.service.js';
import { uploadExpired } from './sweep-uploads.service.js';
import { markReceived, refuseUpload } from './upload-ending.service.js';

/** How much of a refused request is still read, so that its sender comes to read the answer. */
const DRAIN_BYTES = 16 * 1024 * 1024;
const DRAIN_MS = 2000;

/** One request of the tus protocol for an upload that createUpload announced. */
export interface UploadRequest {
  id: string;
  signed: Signed;
  request: IncomingMessage;
}

/**
 * Lets a request in, by its signed address, and gives how to answer it: by tus 1.0.0 with the extensions termination,
 * expiration and checksum.
 * @throws FORBIDDEN, UPLOAD_EXPIRED, NOT_FOUND, BAD_REQUEST, or what its job failed with
 */
export function admitUploads(
  app: App,
): (upload: UploadRequest) => Promise<(response: ServerResponse) => Promise<void>> {
  let loading: ReturnType<typeof load> | undefined;
  return async ({ id, signed, request }) => {
    const upload = await authorise(app, id, signed);
    const checksum = readChecksum(headerOf(request, 'upload-checksum'));
    loading ??= load(app);
    const { server, arrivals } = await loading;
    return (response) => {
      response.setHeader('tus-checksum-algorithm', CHECKSUM_ALGORITHMS.join(','));
      response.setHeader('upload-expires', new Date(upload.expiresAt).toUTCString());
      return arrivals.run({ upload, checksum, request }, () => server.handle(request, response));
    };
  };
}

/** The status that a tus client is to see for a code. */
export function statusOf(code: keyof typeof ErrorCode): number {
  return STATUSES[code] ?? 400;
}

const STATUSES: Partial<Record<keyof typeof ErrorCode, number>> = {
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  UPLOAD_EXPIRED: 410,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  // By the protocol's checksum extension.
  CHECKSUM_MISMATCH: 460,
  INTERNAL_SERVER_ERROR: 500,
  STORAGE_FULL: 507,
};

async function authorise(app: App, id: string, signed: Signed) {
  const answer = verdict(app.config, uploadPath(id), signed, app.clock.now());
  if (answer === 'forged') throw new CodedError('FORBIDDEN', 'This address is not one that createUpload gave.');
  const upload = await app.read
    .selectFrom('uploads')
    .innerJoin('processingJobs', 'processingJobs.id', 'uploads.jobId')
    .innerJoin('lessons', 'lessons.id', 'uploads.lessonId')
    .innerJoin('courses', 'courses.id', 'lessons.courseId')
    .innerJoin('users', 'users.id', 'uploads.userId')
    .selectAll('uploads')
    .select(['processingJobs.status', 'processingJobs.errorCode', 'processingJobs.errorMessage'])
    .select(['courses.instructorId', 'users.role', 'users.isActive'])
    .where('uploads.id', '=', rowId(id) ?? -1)
    .where('lessons.deletedAt', 'is', null)
    .where('courses.deletedAt', 'is', null)
    .executeTakeFirst();
  if (!upload) throw new CodedError('NOT_FOUND', 'There is no such upload any more: its lesson was deleted.');
  // As long as the address lives its sender may have lost what gave it to them.
  const sender = { id: upload.userId, role: upload.role, sessionId: 0 };
  if (!upload.isActive || !mayChange(sender, upload)) {
    throw new CodedError('FORBIDDEN', 'Its sender may not change this lesson any more.');
  }
  if (answer === 'expired') throw uploadExpired();
  if (upload.removedAt !== null || upload.status === 'CANCELLED') {
    const code = (upload.errorCode ?? 'UPLOAD_EXPIRED') as keyof typeof ErrorCode;
    throw new CodedError(code, upload.errorMessage ?? 'This upload is over: begin a new one with createUpload.');
  }
  return upload;
}

/** Loaded with the first upload: a server that gets none need not have it. */
async function load(app: App) {
  const [{ Server }, { ArrivingFiles, arrivals }] = await Promise.all([
    import('@tus/server'),
    import('./arriving-files.js'),
  ]);
  const server = new Server({
    path: '/uploads',
    datastore: new ArrivingFiles(app),
    getFileIdFromRequest: () => arrivals.getStore()?.upload.storageKey,
    // Whoever registered the route answers for other origins.
    allowedOrigins: () => false,
    disableTerminationForFinishedUploads: true,
    // A client that comes back finds its old request still there: it gets so long to store what it has.
    lockDrainTimeout: 1000,
    async onUploadFinish() {
      const upload = arrivals.getStore()?.upload;
      if (upload) await markReceived(app, upload);
      return {};
    },
    async onResponseError(_request, error) {
      const arrival = arrivals.getStore();
      const { code, message } = codedFault(app, error);
      // Longer than it was announced: it is another file.
      if (code === 'PAYLOAD_TOO_LARGE' && arrival) {
        await refuseUpload(app, arrival.upload, new CodedError(code, message));
      }
      if (arrival) await drain(arrival.request);
      return { status_code: statusOf(code), body: JSON.stringify({ errors: [{ message, extensions: { code } }] }) };
    },
  });
  return { server, arrivals };
}

function codedFault(app: App, error: unknown): { code: keyof typeof ErrorCode; message: string } {
  if (error instanceof CodedError) return error;
  const { status_code: status = 500 } = error as { status_code?: number };
  const known = OF_PROTOCOL[status];
  if (known) return known;
  if (status === 400) return { code: 'BAD_REQUEST', message: 'This request cannot be read: it is no tus 1.0.0.' };
  const errorId = crypto.randomUUID();
  app.log.error({ err: error, errorId }, 'unexpected error in an upload');
  const message = `Something went wrong on the server. Report it with this id: ${errorId}`;
  return { code: 'INTERNAL_SERVER_ERROR', message };
}

const OF_PROTOCOL: Record<number, { code: keyof typeof ErrorCode; message: string }> = {
  403: { code: 'BAD_REQUEST', message: 'Send Upload-Offset, and Content-Type: application/offset+octet-stream.' },
  404: { code: 'NOT_FOUND', message: 'There is no such upload.' },
  409: { code: 'CONFLICT', message: 'This is not where the upload goes on: HEAD says how many bytes have arrived.' },
  410: { code: 'UPLOAD_EXPIRED', message: 'This upload is over: begin a new one with createUpload.' },
  413: { code: 'PAYLOAD_TOO_LARGE', message: 'The file is larger than it was announced: begin a new upload.' },
};

/** An answer that is sent while the request still comes is lost when the connection closes on what nobody has read. */
function drain(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let left = DRAIN_BYTES;
    const timer = setTimeout(resolve, DRAIN_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left <= 0) done();
    });
    request.once('close', done);
    request.once('end', done);
    request.resume();
  });
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
