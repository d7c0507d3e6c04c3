import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { DataStore, Upload } from '@tus/server';
import type { App } from '../../shared/app.js';
import { CodedError } from '../../shared/coded-error.js';
import { type ChecksumHeader, verifiedFile } from './checksum.js';
import { storageFull } from './disk-storage.js';
import { checkHead, HEAD_BYTES } from './file-type.policy.js';
import { uploadExpired } from './sweep-uploads.service.js';
import type { UploadRow } from './upload.row.js';
import { giveUpUpload, markReceived, refuseUpload } from './upload-ending.service.js';

/** Between two bytes of a request: a client that is silent for longer resumes with another. */
const IDLE_MS = 30_000;
/** How often the disk is looked at while a file arrives. */
const LOOK_EVERY_BYTES = 32 * 1024 * 1024;

/** What the store needs to know of the request that it serves. */
export interface Arrival {
  upload: Pick<UploadRow, 'id' | 'jobId' | 'kind' | 'mimeType' | 'sizeBytes' | 'storageKey' | 'receivedAt'>;
  checksum: ChecksumHeader | null;
  request: IncomingMessage;
}

export const arrivals = new AsyncLocalStorage<Arrival>();

/** What the tus server writes to: the storage, behind checks of each byte that comes. */
export class ArrivingFiles extends DataStore {
  constructor(private readonly app: App) {
    super();
    this.extensions = ['termination', 'expiration', 'checksum'];
  }

  override async getUpload(): Promise<Upload> {
    const { upload } = here();
    const offset = upload.receivedAt === null ? await this.app.videos.storage.arrived(upload.storageKey) : null;
    // The process may have died between the last byte and the word that it was the last.
    if (offset === upload.sizeBytes) await markReceived(this.app, upload);
    return new Upload({ id: upload.storageKey, size: upload.sizeBytes, offset: offset ?? upload.sizeBytes });
  }

  override async write(bytes: Readable, key: string, offset: number): Promise<number> {
    const arrival = here();
    const { upload, checksum } = arrival;
    const { storage } = this.app.videos;
    const at = { offset, size: upload.sizeBytes };
    const checked = this.#checked(arrival, bytes, offset);
    try {
      await using file = checksum ? await verifiedFile(this.app, checksum, checked) : null;
      const reached = await storage.append(key, at, file ? file.read() : Readable.from(checked));
      await this.#requireWanted(upload);
      return reached;
    } catch (error) {
      if (error instanceof CodedError && ENDS_UPLOAD.has(error.code)) await refuseUpload(this.app, upload, error);
      throw error;
    }
  }

  override async remove(): Promise<void> {
    await giveUpUpload(this.app, here().upload);
  }

  /** The bytes as they come: the first ones once they are enough to tell what the file is. @throws CodedError */
  async *#checked({ upload, request }: Arrival, bytes: Readable, offset: number): AsyncGenerator<Buffer> {
    const enough = Math.min(HEAD_BYTES, upload.sizeBytes);
    const idle = setTimeout(() => request.destroy(), IDLE_MS);
    let head: Buffer | null = offset === 0 ? Buffer.alloc(0) : null;
    let untilLook = 0;
    try {
      for await (const chunk of bytes as AsyncIterable<Buffer>) {
        idle.refresh();
        untilLook -= chunk.length;
        if (untilLook <= 0) {
          await this.#requireRoom();
          untilLook = LOOK_EVERY_BYTES;
        }
        if (head === null) yield chunk;
        else {
          head = Buffer.concat([head, chunk]);
          // Fewer are not stored: the client sends them again, and the type is known of all that is.
          if (head.length < enough) continue;
          checkHead(upload.kind, head.subarray(0, HEAD_BYTES), upload.mimeType);
          yield head;
          head = null;
        }
      }
      if (head && head.length > 0 && request.complete) throw tooSmall();
    } finally {
      clearTimeout(idle);
    }
  }

  /** What was given up or swept while it arrived must not stay behind. @throws UPLOAD_EXPIRED */
  async #requireWanted({ id, storageKey }: Arrival['upload']): Promise<void> {
    const { read, videos } = this.app;
    const row = await read.selectFrom('uploads').select('removedAt').where('id', '=', id).executeTakeFirst();
    if (row?.removedAt === null) return;
    await videos.storage.remove(storageKey);
    throw uploadExpired();
  }

  async #requireRoom(): Promise<void> {
    const { videos, config } = this.app;
    if ((await videos.storage.freeBytes()) < config.uploads.freeBytes) throw storageFull();
  }
}

/** After these nothing that is sent can make the file good. */
const ENDS_UPLOAD = new Set(['UNSUPPORTED_MEDIA_TYPE', 'STORAGE_FULL', 'PAYLOAD_TOO_LARGE']);

function here(): Arrival {
  const arrival = arrivals.getStore();
  if (!arrival) throw new Error('a file arrives outside of a request');
  return arrival;
}

function tooSmall(): CodedError {
  return new CodedError('BAD_REQUEST', `Send at least the first ${HEAD_BYTES} bytes in one request.`);
}
