import type { Readable } from 'node:stream';
import type { S3 } from '@aws-sdk/client-s3';

export interface Bucket {
  client: S3;
  name: string;
}

/**
 * How far an arriving file is: a multipart upload, whose parts are known here and need not be listed (not every
 * compatible server lists them), and a tail that is too small for a part. Kept beside the file as `KEY.state`.
 */
export interface Arriving {
  uploadId: string;
  parts: { etag: string; bytes: number }[];
  /** In `KEY.tail`. */
  tailBytes: number;
}

export const NOTHING_ARRIVED: Omit<Arriving, 'uploadId'> = { parts: [], tailBytes: 0 };

/** The smallest part that S3 takes, and how many it takes. */
const PART_BYTES = 5 * 1024 * 1024;
const MOST_PARTS = 10_000;

export function stateKey(key: string): string {
  return `${key}.state`;
}

export function tailKey(key: string): string {
  return `${key}.tail`;
}

/** What is known of an arriving file; null when none of it has come, or all has. */
export async function partsOf({ client, name }: Bucket, key: string): Promise<Arriving | null> {
  try {
    const { Body } = await client.getObject({ Bucket: name, Key: stateKey(key) });
    return JSON.parse((await Body?.transformToString()) ?? '') as Arriving;
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404) return null;
    throw error;
  }
}

/** Adds bytes to a file from an offset on, and makes it whole when its last byte is there. Gives the new offset. */
export async function appendParts(
  bucket: Bucket,
  key: string,
  at: { offset: number; size: number },
  bytes: Readable,
): Promise<number> {
  const file = (await partsOf(bucket, key)) ?? (await begin(bucket, key));
  const partBytes = Math.max(PART_BYTES, Math.ceil(at.size / MOST_PARTS));
  let offset = at.offset;
  let held = file.tailBytes > 0 ? [await readTail(bucket, key)] : [];
  let heldBytes = file.tailBytes;
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    held.push(chunk);
    heldBytes += chunk.length;
    offset += chunk.length;
    if (heldBytes < partBytes) continue;
    await sendPart(bucket, key, file, Buffer.concat(held));
    held = [];
    heldBytes = 0;
  }
  if (offset === at.size) {
    if (heldBytes > 0) await sendPart(bucket, key, file, Buffer.concat(held));
    await finish(bucket, key, file);
  } else if (heldBytes > 0) await keepTail(bucket, key, file, Buffer.concat(held));
  return offset;
}

async function begin(bucket: Bucket, key: string): Promise<Arriving> {
  const { UploadId = '' } = await bucket.client.createMultipartUpload({ Bucket: bucket.name, Key: key });
  const file: Arriving = { uploadId: UploadId, ...structuredClone(NOTHING_ARRIVED) };
  await save(bucket, key, file);
  return file;
}

/** A part that was sent and not said so is sent again under its number. */
async function sendPart(bucket: Bucket, key: string, file: Arriving, Body: Buffer): Promise<void> {
  const { client, name } = bucket;
  const part = { Bucket: name, Key: key, UploadId: file.uploadId, PartNumber: file.parts.length + 1 };
  const { ETag = '' } = await client.uploadPart({ ...part, Body });
  file.parts.push({ etag: ETag, bytes: Body.length });
  file.tailBytes = 0;
  await save(bucket, key, file);
}

async function keepTail(bucket: Bucket, key: string, file: Arriving, Body: Buffer): Promise<void> {
  await bucket.client.putObject({ Bucket: bucket.name, Key: tailKey(key), Body });
  file.tailBytes = Body.length;
  await save(bucket, key, file);
}

async function readTail({ client, name }: Bucket, key: string): Promise<Buffer> {
  const { Body } = await client.getObject({ Bucket: name, Key: tailKey(key) });
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function finish({ client, name }: Bucket, key: string, file: Arriving): Promise<void> {
  const Parts = file.parts.map(({ etag }, index) => ({ ETag: etag, PartNumber: index + 1 }));
  const MultipartUpload = { Parts };
  await client.completeMultipartUpload({ Bucket: name, Key: key, UploadId: file.uploadId, MultipartUpload });
  for (const Key of [tailKey(key), stateKey(key)]) await client.deleteObject({ Bucket: name, Key });
}

async function save({ client, name }: Bucket, key: string, file: Arriving): Promise<void> {
  await client.putObject({ Bucket: name, Key: stateKey(key), Body: JSON.stringify(file) });
}
