import { useMutation, useQuery, useSubscription } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { Failure } from '../shell/states.tsx';
import { useTexts } from '../texts/texts.tsx';
import {
  CancelJobDocument,
  CreateUploadDocument,
  type JobFragment,
  JobProgressDocument,
  JobsDocument,
  RetryJobDocument,
  type TaughtLessonFragment,
} from './generated/graphql.ts';
import { sendFile } from './send-file.ts';

/** Sends a video, and shows what becomes of it. */
export function VideoLoader({ lesson, ready }: { lesson: TaughtLessonFragment; ready(): void }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  const [announce] = useMutation(CreateUploadDocument);
  const { data, refetch } = useQuery(JobsDocument, { variables: { lessonId: lesson.id }, skip: !open });
  const [percent, setPercent] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const file = new FormData(form).get('video') as File;
    setError(null);
    setPercent(0);
    try {
      const facts = { filename: file.name, mimeType: file.type || 'video/mp4', sizeBytes: file.size };
      const { data: announced } = await announce({ variables: { input: { lessonId: lesson.id, ...facts } } });
      void refetch();
      if (announced) await sendFile(announced.createUpload.uploadUrl, file, setPercent);
      form.reset();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setPercent(null);
      void refetch();
    }
  }

  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('video')}</summary>
      <form className="form row" onSubmit={submit}>
        <label className="grow">
          {t('uploadVideo')}
          <input type="file" name="video" accept="video/*,.mkv" required />
        </label>
        <button type="submit" disabled={percent !== null}>
          {percent === null ? t('upload') : t('uploading', { percent })}
        </button>
      </form>
      {error !== null && <Failure error={error} />}
      <ul className="jobs">
        {data?.processingJobs.nodes.map((job) => (
          <Job key={job.id} job={job} ready={ready} />
        ))}
      </ul>
    </details>
  );
}

const ENDED = ['COMPLETED', 'FAILED', 'CANCELLED'];

function Job({ job: given, ready }: { job: JobFragment; ready(): void }) {
  const { t } = useTexts();
  const [cancel] = useMutation(CancelJobDocument);
  const [retry] = useMutation(RetryJobDocument);
  const { data } = useSubscription(JobProgressDocument, {
    variables: { id: given.id },
    skip: ENDED.includes(given.status),
    onData: ({ data: { data: next } }) => {
      if (next?.jobProgress.status === 'COMPLETED') ready();
    },
  });
  const job = ENDED.includes(given.status) ? given : (data?.jobProgress ?? given);
  const { id, status, stage, progressPercent: percent, errorMessage } = job;
  const states = {
    QUEUED: t('jobQueued'),
    RUNNING: t('jobRunning', { stage, percent }),
    COMPLETED: t('jobCompleted'),
    FAILED: t('jobFailed'),
    CANCELLED: t('jobCancelled'),
  };
  return (
    <li>
      <span className="badge" data-status={status}>
        {states[status]}
      </span>
      {status === 'RUNNING' && <progress max={100} value={percent} aria-label={t('processing')} />}
      {errorMessage && <span className="fault">{errorMessage}</span>}
      {!ENDED.includes(status) && (
        <button type="button" className="quiet" onClick={() => cancel({ variables: { id } }).catch(() => {})}>
          {t('cancel')}
        </button>
      )}
      {(status === 'FAILED' || status === 'CANCELLED') && (
        <button type="button" className="quiet" onClick={() => retry({ variables: { id } }).catch(() => {})}>
          {t('tryAgain')}
        </button>
      )}
    </li>
  );
}
