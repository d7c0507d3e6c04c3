import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { UserRow } from '../../accounts/user.row.js';
import { LessonRow } from '../../courses/lesson.row.js';
import type { Columns } from '../../shared/tables.js';

export const UPLOAD_KINDS = ['VIDEO', 'CAPTIONS'] as const;

/**
 * A file that was announced, is arriving or has arrived. The row is written before the first byte is stored and says
 * `removedAt` after the last one is gone: whatever lies in the storage has a row that a sweep can find it by.
 */
export const UploadRow = defineEntity({
  name: 'UploadRow',
  tableName: 'uploads',
  properties: {
    id: p.integer().primary(),
    lessonId: () => p.manyToOne(LessonRow).mapToPk().fieldName('lesson_id').index(false),
    /** Who sends it. */
    userId: () => p.manyToOne(UserRow).mapToPk().fieldName('user_id').index(false),
    /** Whose course it is: the file counts against their quota. */
    ownerId: () => p.manyToOne(UserRow).mapToPk().fieldName('owner_id').index(false),
    /** The row of `processing_jobs` that waits for it. */
    jobId: p.integer().unique(),
    kind: p.enum(UPLOAD_KINDS),
    filename: p.text(),
    /** As it was declared; by its first bytes once they are there. */
    mimeType: p.string(),
    language: p.string().nullable(),
    sizeBytes: p.bigint('number'),
    /** What the sender says the file's digest is, in hexadecimal. */
    sha256: p.string().nullable(),
    storageKey: p.string().unique(),
    createdAt: p.bigint('number'),
    expiresAt: p.bigint('number'),
    /** When its last byte was stored. */
    receivedAt: p.bigint('number').nullable(),
    /** When nothing of it was left in the storage. */
    removedAt: p.bigint('number').nullable(),
  },
  indexes: [{ properties: ['ownerId'], where: { removedAt: null } }],
});
export type UploadRow = InferEntity<typeof UploadRow>;

declare module '../../shared/tables.js' {
  interface Tables {
    uploads: Columns<UploadRow>;
  }
}
