import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { App } from '../../shared/app.js';
import { CodedError } from '../../shared/coded-error.js';
import { asStorageFault } from './disk-storage.js';

/** `Upload-Checksum` of the tus checksum extension: the digest of one request's bytes. */
export interface ChecksumHeader {
  algorithm: string;
  digest: Buffer;
}

/** What `Tus-Checksum-Algorithm` offers. */
export const CHECKSUM_ALGORITHMS = ['sha1', 'sha256', 'md5'];

/** @throws BAD_REQUEST when it cannot be read or names an algorithm that is not offered */
export function readChecksum(header: string | undefined): ChecksumHeader | null {
  if (header === undefined) return null;
  const [, algorithm = '', digest = ''] = /^(\w+) +([A-Za-z0-9+/]+={0,2})$/.exec(header.trim()) ?? [];
  if (CHECKSUM_ALGORITHMS.includes(algorithm)) return { algorithm, digest: Buffer.from(digest, 'base64') };
  throw new CodedError(
    'BAD_REQUEST',
    `Send Upload-Checksum as one of ${CHECKSUM_ALGORITHMS.join(', ')}, a space and the digest in Base64.`,
  );
}

/**
 * Bytes of a request in a file of their own, once their digest is right: before that not one of them may count.
 * @throws CHECKSUM_MISMATCH; the file is gone when it is disposed
 */
export async function verifiedFile(
  { config }: App,
  { algorithm, digest }: ChecksumHeader,
  bytes: AsyncIterable<Buffer>,
): Promise<AsyncDisposable & { read(): Readable }> {
  const folder = join(config.dataDir, 'work');
  const file = join(folder, `part-${crypto.randomUUID()}`);
  const remove = () => rm(file, { force: true });
  const hash = createHash(algorithm);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await pipeline(
      bytes,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(file, { mode: 0o600 }),
    ).catch(asStorageFault);
    if (!hash.digest().equals(digest)) {
      throw new CodedError('CHECKSUM_MISMATCH', 'These bytes were damaged on their way: send them again.');
    }
    return { read: () => createReadStream(file), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
