import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { LessonRow } from '../courses/lesson.row.js';
import type { Columns } from '../shared/tables.js';
import { UploadRow } from './uploads/upload.row.js';

export const VIDEO_SOURCE_KINDS = ['LINK', 'UPLOAD'] as const;

/** A video that was linked or uploaded for a lesson, and what is known of it. */
export const VideoSourceRow = defineEntity({
  name: 'VideoSourceRow',
  tableName: 'video_sources',
  properties: {
    id: p.integer().primary(),
    lessonId: () => p.manyToOne(LessonRow).mapToPk().fieldName('lesson_id').index(),
    kind: p.enum(VIDEO_SOURCE_KINDS),
    /** Of a link; null for an upload, whose addresses are signed and end. */
    url: p.text().nullable(),
    /** Of an upload. */
    uploadId: () =>
      p.manyToOne(UploadRow).mapToPk().fieldName('upload_id').index(false).unique().nullable().deleteRule('no action'),
    /** By its first bytes; null for a page that shows a video and does not give it. */
    mimeType: p.string().nullable(),
    sizeBytes: p.bigint('number').nullable(),
    durationMs: p.integer().nullable(),
    width: p.integer().nullable(),
    height: p.integer().nullable(),
    hasSound: p.boolean().nullable(),
    /** Of the file, in hexadecimal. */
    sha256: p.string().nullable(),
    /** BCP 47: what is spoken in it, as whoever added it said. */
    language: p.string().nullable(),
    createdAt: p.bigint('number'),
  },
});
export type VideoSourceRow = InferEntity<typeof VideoSourceRow>;

declare module '../shared/tables.js' {
  interface Tables {
    videoSources: Columns<VideoSourceRow>;
  }
}
