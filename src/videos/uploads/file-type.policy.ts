import { CodedError } from '../../shared/coded-error.js';

/** So many first bytes tell what a file is. */
export const HEAD_BYTES = 64;

export type VideoType = 'video/mp4' | 'video/quicktime' | 'video/webm' | 'video/x-matroska' | 'video/ogg';

/** What ffmpeg calls the way such a file is written: told so, it reads no other, such as a list of local files. */
export const DEMUXERS: Record<VideoType, string> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/webm': 'matroska',
  'video/x-matroska': 'matroska',
  'video/ogg': 'ogg',
};

/** What a file's first bytes say that it is; null for what is no video that we take. */
export function videoTypeOf(head: Buffer): VideoType | null {
  if (head.toString('latin1', 4, 8) === 'ftyp') {
    return head.toString('latin1', 8, 12) === 'qt  ' ? 'video/quicktime' : 'video/mp4';
  }
  if (head.toString('latin1', 0, 4) === 'OggS') return 'video/ogg';
  if (head.readUInt32BE(0) !== EBML) return null;
  const text = head.toString('latin1');
  if (text.includes('webm')) return 'video/webm';
  return text.includes('matroska') ? 'video/x-matroska' : null;
}

/** Whether bytes can begin a caption file: text, so without control characters but white space. */
export function isText(head: Buffer): boolean {
  return !head.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d);
}

/**
 * What the first bytes of an upload are, if they are what was announced.
 * @throws UNSUPPORTED_MEDIA_TYPE
 */
export function checkHead(kind: 'VIDEO' | 'CAPTIONS', head: Buffer, declaredType: string): string {
  if (kind === 'CAPTIONS') {
    if (isText(head)) return declaredType;
    throw unsupported('This is no caption file: send WebVTT or SubRip as text in UTF-8.');
  }
  const type = head.length >= 12 ? videoTypeOf(head) : null;
  if (type) return type;
  throw unsupported('This is no video, whatever its name says: send an MP4, WebM, QuickTime, Matroska or Ogg file.');
}

/**
 * Whether a file is announced as a video or as captions, by its media type and its name.
 * @throws UNSUPPORTED_MEDIA_TYPE on `mimeType`
 */
export function announcedKind(filename: string, mimeType: string): 'VIDEO' | 'CAPTIONS' {
  const type = mimeType.toLowerCase().split(';', 1)[0]?.trim() ?? '';
  if (CAPTION_TYPES.has(type)) return 'CAPTIONS';
  // Browsers know no type for .srt, and few one for .vtt.
  if (UNKNOWN_TYPES.has(type) && /\.(vtt|srt)$/i.test(filename)) return 'CAPTIONS';
  if (type.startsWith('video/') || (UNKNOWN_TYPES.has(type) && VIDEO_NAME.test(filename))) return 'VIDEO';
  throw unsupported('Upload a video (MP4, WebM, QuickTime, Matroska, Ogg) or captions (.vtt, .srt).', 'mimeType');
}

const EBML = 0x1a45dfa3;
const CAPTION_TYPES = new Set(['text/vtt', 'application/x-subrip', 'application/srt', 'text/srt']);
const UNKNOWN_TYPES = new Set(['', 'text/plain', 'application/octet-stream']);
const VIDEO_NAME = /\.(mp4|m4v|mov|webm|mkv|ogv|ogg)$/i;

function unsupported(message: string, field?: string): CodedError {
  return new CodedError('UNSUPPORTED_MEDIA_TYPE', message, field ? { field } : {});
}
