import type { EntityManager } from '@mikro-orm/sql';
import { type App, transaction } from '../../shared/app.js';
import type { CodedError } from '../../shared/coded-error.js';
import { JobRow } from '../jobs/job.row.js';
import { endJob } from '../jobs/job-ending.service.js';
import { thumbnailKey } from './storage.js';
import { UploadRow } from './upload.row.js';

type Named = Pick<UploadRow, 'id' | 'jobId'>;
type Stored = Pick<UploadRow, 'id' | 'storageKey'>;

/** Says that the last byte is stored, and lets the job that waits for it begin; once, however often it is said. */
export async function markReceived(app: App, { id, jobId }: Named): Promise<void> {
  const received = await transaction(app, async (em) => {
    const now = app.clock.now();
    if ((await em.nativeUpdate(UploadRow, { id, receivedAt: null, removedAt: null }, { receivedAt: now })) === 0) {
      return false;
    }
    const runAfter = await app.dialect.readNowMs(em);
    await em.nativeUpdate(JobRow, { id: jobId, status: 'QUEUED' }, { stage: 'queued', runAfter });
    return true;
  });
  if (!received) return;
  await app.checkpoint('upload.received');
  app.videos.jobsWaiting.wake();
}

/** Ends an upload that can come to nothing: its job fails with the fault, and nothing of the file is left. */
export async function refuseUpload(app: App, upload: Named & Stored, { code, message }: CodedError): Promise<void> {
  const failure = { code, message };
  await transaction(app, (em) => endJob(app, em, upload.jobId, null, { status: 'FAILED', failure }));
  await removeFiles(app, upload);
}

/** Ends an upload that its sender does not want any more. */
export async function giveUpUpload(app: App, upload: Named & Stored): Promise<void> {
  await transaction(app, (em) => endJob(app, em, upload.jobId, null, { status: 'CANCELLED', failure: null }));
  await removeFiles(app, upload);
}

/** Removes what is stored of an upload, and says so when it is gone: a process that dies between does it again. */
export async function removeFiles(app: App, { id, storageKey }: Stored): Promise<void> {
  const { storage } = app.videos;
  await storage.remove(thumbnailKey(storageKey));
  await storage.remove(storageKey);
  await app.checkpoint('upload.removed');
  await transaction(app, (em) => em.nativeUpdate(UploadRow, { id, removedAt: null }, { removedAt: app.clock.now() }));
  // What a request stored meanwhile; one that ends from now on sees the word and removes its own.
  await storage.remove(storageKey);
}

/** Takes the names that a person gave their files, in the deletion of their account. */
export async function forgetUploader(_app: App, em: EntityManager, userId: number): Promise<void> {
  await em.nativeUpdate(UploadRow, { userId }, { filename: '' });
}
