import { createReadStream, createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3 } from '@aws-sdk/client-s3';
import type { Config } from '../../shared/config.js';
import { appendParts, type Bucket, NOTHING_ARRIVED, partsOf, stateKey, tailKey } from './s3-parts.js';
import type { FileStorage } from './storage.js';

/** Files in an S3-compatible bucket. */
export function s3Storage(settings: NonNullable<Config['s3']>): FileStorage {
  let opened: Promise<Bucket> | undefined;
  const open = () => {
    opened ??= openBucket(settings);
    return opened;
  };
  return {
    async arrived(key) {
      const bucket = await open();
      const whole = await sizeOf(bucket, key);
      if (whole !== null) return whole;
      const { parts, tailBytes } = (await partsOf(bucket, key)) ?? NOTHING_ARRIVED;
      return parts.reduce((sum, { bytes }) => sum + bytes, tailBytes);
    },
    async append(key, at, bytes) {
      return appendParts(await open(), key, at, bytes);
    },
    async read(key, range) {
      const { client, name } = await open();
      const Range = range && `bytes=${range.start}-${range.end}`;
      const { Body } = await client.getObject({ Bucket: name, Key: key, ...(Range && { Range }) });
      return Body as Readable;
    },
    async localFile(key, folder, signal) {
      const bucket = await open();
      const copy = join(folder, key);
      const there = await stat(copy).catch(() => null);
      if (there && there.size === (await sizeOf(bucket, key))) return copy;
      const { Body } = await bucket.client.getObject({ Bucket: bucket.name, Key: key }, { abortSignal: signal });
      const temporary = `${copy}.${crypto.randomUUID()}`;
      await pipeline(Body as Readable, createWriteStream(temporary, { mode: 0o600 }), { signal });
      await rename(temporary, copy);
      return copy;
    },
    async put(key, localFile, contentType) {
      const { client, name } = await open();
      const { size } = await stat(localFile);
      const Body = createReadStream(localFile);
      await client.putObject({ Bucket: name, Key: key, Body, ContentLength: size, ContentType: contentType });
    },
    async remove(key) {
      const bucket = await open();
      const { client, name } = bucket;
      const arriving = await partsOf(bucket, key);
      if (arriving) {
        const UploadId = arriving.uploadId;
        await client.abortMultipartUpload({ Bucket: name, Key: key, UploadId }).catch(unlessGone);
      }
      // One by one: to delete several at once takes a checksum that not every server knows.
      for (const Key of [key, tailKey(key), stateKey(key)]) await client.deleteObject({ Bucket: name, Key });
    },
    async freeBytes() {
      return Number.POSITIVE_INFINITY;
    },
  };
}

/** Loaded with the first file, and only where a bucket is configured. */
async function openBucket({ bucket, endpoint, region, credentials }: NonNullable<Config['s3']>): Promise<Bucket> {
  const { S3 } = await import('@aws-sdk/client-s3');
  const client: S3 = new S3({
    region,
    ...(endpoint && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
    // Compatible servers often know none of the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { client, name: bucket };
}

async function sizeOf({ client, name }: Bucket, key: string): Promise<number | null> {
  const found = await client.headObject({ Bucket: name, Key: key }).catch(unlessGone);
  return found?.ContentLength ?? null;
}

/** Undefined for what is not there; any other fault is thrown. */
export function unlessGone(error: unknown): undefined {
  const { $metadata, name } = error as { $metadata?: { httpStatusCode?: number }; name?: string };
  if ($metadata?.httpStatusCode === 404 || name === 'NoSuchUpload' || name === 'NoSuchKey') return undefined;
  throw error;
}
