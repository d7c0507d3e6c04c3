import type { Readable } from 'node:stream';
import type { Config } from '../../shared/config.js';
import type { ByteRange } from '../playback/byte-range.policy.js';
import { diskStorage } from './disk-storage.js';
import { s3Storage } from './s3-storage.js';

/** Where uploaded files and what is made of them lie. A key is a name without a folder. */
export interface FileStorage {
  /** Bytes of an arriving file that are stored. */
  arrived(key: string): Promise<number>;
  /**
   * Stores what comes from an offset on and gives the offset that it got to; the file is whole when that is its size.
   * @throws STORAGE_FULL
   */
  append(key: string, at: { offset: number; size: number }, bytes: Readable): Promise<number>;
  /** The bytes of a whole file, or a part of them. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** A file of this machine with these bytes: the stored one itself, or a copy in the folder. */
  localFile(key: string, folder: string, signal: AbortSignal): Promise<string>;
  /** Stores a finished file, over one that is there. @throws STORAGE_FULL */
  put(key: string, localFile: string, contentType: string): Promise<void>;
  /** Removes a file, whole or arriving. That there is none is no error. */
  remove(key: string): Promise<void>;
  /** Bytes that may still be stored. */
  freeBytes(): Promise<number>;
}

/** The configured bucket, or DATA_DIR/uploads. Nothing is loaded or opened before the first use. */
export function openStorage(config: Pick<Config, 's3' | 'dataDir'>): FileStorage {
  return config.s3 ? s3Storage(config.s3) : diskStorage(config.dataDir);
}

/** The key of the picture that was made of a video. */
export function thumbnailKey(key: string): string {
  return `${key}.jpg`;
}
