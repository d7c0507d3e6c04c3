import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CodedError } from '../../shared/coded-error.js';
import type { FileStorage } from './storage.js';

/** Files in DATA_DIR/uploads, one for each key. */
export function diskStorage(dataDir: string): FileStorage {
  const folder = join(dataDir, 'uploads');
  const fileOf = (key: string) => {
    if (!/^[\w-]+(\.\w+)?$/.test(key)) throw new Error(`no key of a stored file: ${key}`);
    return join(folder, key);
  };
  return {
    async arrived(key) {
      return (await sizeOf(fileOf(key))) ?? 0;
    },
    async append(key, { offset }, bytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      let written = 0;
      const file = await open(fileOf(key), offset === 0 ? 'w' : 'r+', 0o600).catch(asStorageFault);
      try {
        // Flushed: what a client is told to have arrived survives a power cut.
        const sink = file.createWriteStream({ start: offset, flush: true });
        await pipeline(
          bytes,
          async function* (chunks: AsyncIterable<Buffer>) {
            for await (const chunk of chunks) {
              yield chunk;
              written += chunk.length;
            }
          },
          sink,
        );
      } catch (error) {
        asStorageFault(error);
      }
      return offset + written;
    },
    async read(key, range) {
      return createReadStream(fileOf(key), range);
    },
    async localFile(key) {
      return fileOf(key);
    },
    async put(key, localFile) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const temporary = `${fileOf(key)}.${crypto.randomUUID()}`;
      try {
        await copyFile(localFile, temporary);
        await rename(temporary, fileOf(key));
      } catch (error) {
        await rm(temporary, { force: true });
        asStorageFault(error);
      }
    },
    async remove(key) {
      await rm(fileOf(key), { force: true });
    },
    async freeBytes() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
  };
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** @throws STORAGE_FULL for a full disk or quota, else the fault itself */
export function asStorageFault(error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  throw ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code) ? storageFull() : error;
}

export function storageFull(): CodedError {
  return new CodedError('STORAGE_FULL', 'The server has no room for this file: ask whoever runs it, or send it later.');
}
