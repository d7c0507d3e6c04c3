import type { App } from '../../shared/app.js';
import { CodedError } from '../../shared/coded-error.js';
import { markReceived, refuseUpload, removeFiles } from './upload-ending.service.js';

const AT_ONCE = 50;
/** How long the file of a job that failed or was cancelled is kept for `retryJob`. */
const KEPT_FOR_RETRY_MS = 24 * 3_600_000;

/** Faults that are not the file's: it is kept for a while, to be tried again. */
const OF_THE_SERVER = ['INTERNAL_SERVER_ERROR', 'MEDIA_TOOLS_MISSING', 'STORAGE_FULL'];

/**
 * Ends the uploads whose time is over, and removes the files that nothing uses any more: those of jobs that ended
 * badly, of lessons that were deleted, of videos that were replaced.
 */
export async function sweepUploads(app: App): Promise<void> {
  for (const upload of await expiredUploads(app)) {
    const arrived = await app.videos.storage.arrived(upload.storageKey);
    if (arrived === upload.sizeBytes) await markReceived(app, upload);
    else await refuseUpload(app, upload, uploadExpired());
  }
  for (const upload of await unusedUploads(app)) {
    await removeFiles(app, upload);
    app.log.info({ uploadId: upload.id }, 'removed a file that nothing uses any more');
  }
}

export function uploadExpired(): CodedError {
  return new CodedError('UPLOAD_EXPIRED', 'This upload was not finished in time: begin a new one with createUpload.');
}

function expiredUploads(app: App) {
  return app.read
    .selectFrom('uploads')
    .select(['id', 'jobId', 'storageKey', 'sizeBytes'])
    .where('removedAt', 'is', null)
    .where('receivedAt', 'is', null)
    .where('expiresAt', '<=', app.clock.now())
    .limit(AT_ONCE)
    .execute();
}

/** The same for the file of one job, as soon as it has ended. */
export async function removeUnneeded(app: App, jobId: number): Promise<void> {
  const [upload] = await unusedUploads(app, jobId);
  if (upload) await removeFiles(app, upload);
}

/** Of one job, or of all. */
function unusedUploads(app: App, jobId: number | null = null) {
  return app.read
    .selectFrom('uploads')
    .innerJoin('processingJobs', 'processingJobs.id', 'uploads.jobId')
    .innerJoin('lessons', 'lessons.id', 'uploads.lessonId')
    .leftJoin('videoSources', 'videoSources.uploadId', 'uploads.id')
    .select(['uploads.id', 'uploads.storageKey'])
    .where('uploads.removedAt', 'is', null)
    .where('processingJobs.status', 'not in', ['QUEUED', 'RUNNING'])
    .$if(jobId !== null, (uploads) => uploads.where('uploads.jobId', '=', jobId as number))
    .where((eb) =>
      eb.or([
        eb('lessons.deletedAt', 'is not', null),
        // Only a job that ended well makes a source of a file, and only the lesson's own one is shown.
        eb.and([
          eb('processingJobs.status', '=', 'COMPLETED'),
          eb.or([
            eb('videoSources.id', 'is', null),
            eb('lessons.uploadedVideoId', 'is', null),
            eb('lessons.uploadedVideoId', '!=', eb.ref('videoSources.id')),
          ]),
        ]),
        eb.and([eb('processingJobs.status', '=', 'FAILED'), eb('processingJobs.errorCode', 'not in', OF_THE_SERVER)]),
        eb.and([
          eb('processingJobs.status', '!=', 'COMPLETED'),
          eb('processingJobs.finishedAt', '<', app.clock.now() - KEPT_FOR_RETRY_MS),
        ]),
      ]),
    )
    .where((eb) =>
      eb.not(
        // Its speech is being written down, from the file as it was when that was asked for.
        eb.exists(
          eb
            .selectFrom('processingJobs as reader')
            .select('reader.id')
            .where('reader.status', 'in', ['QUEUED', 'RUNNING'])
            .whereRef('reader.videoSourceId', '=', 'videoSources.id'),
        ),
      ),
    )
    .limit(AT_ONCE)
    .execute();
}
