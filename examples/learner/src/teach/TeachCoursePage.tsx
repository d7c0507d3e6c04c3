import '../styles/teach.css';
import { useMutation, useQuery } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { Link, useTitle } from '../shell/router.tsx';
import { Failure, Loading, NotFound } from '../shell/states.tsx';
import { useTexts } from '../texts/texts.tsx';
import {
  CreateLessonDocument,
  TaughtCourseDocument,
  type TaughtCourseQuery,
  UpdateCourseDocument,
} from './generated/graphql.ts';
import { LessonOrder } from './LessonOrder.tsx';

type Course = NonNullable<TaughtCourseQuery['course']>;

export default function TeachCoursePage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(TaughtCourseDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  useTitle(data?.course?.title);
  if (error && !data) return <Failure error={error} retry={() => refetch()} />;
  if (!data) return <Loading />;
  if (!data.course) return <NotFound />;
  const { course } = data;
  return (
    <div className="page">
      <CourseForm course={course} />
      <LessonOrder courseId={course.id} lessons={course.lessons} changed={() => refetch()} />
      <NewLesson courseId={course.id} added={() => refetch()} />
    </div>
  );
}

function CourseForm({ course }: { course: Course }) {
  const { t } = useTexts();
  const [update, { error, loading }] = useMutation(UpdateCourseDocument);
  const [saved, setSaved] = useState(false);
  const isDraft = course.status === 'DRAFT';
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const input = { title: String(fields.get('title')), description: String(fields.get('description')) };
    const result = await update({ variables: { id: course.id, input } }).catch(() => null);
    setSaved(result?.data != null);
  }
  const publish = () =>
    update({ variables: { id: course.id, input: { status: isDraft ? 'PUBLISHED' : 'DRAFT' } } }).catch(() => {});
  return (
    <>
      <header className="teach-head">
        <h1>{course.title}</h1>
        <span className="badge">{isDraft ? t('draft') : t('published')}</span>
        <Link href={`/courses/${course.id}`}>{t('viewCourse')}</Link>
        <button type="button" className={isDraft ? 'primary' : ''} disabled={loading} onClick={publish}>
          {isDraft ? t('publish') : t('withdraw')}
        </button>
      </header>
      <form className="form panel" onSubmit={submit} onChange={() => setSaved(false)}>
        <label>
          {t('title')}
          <input name="title" required maxLength={200} defaultValue={course.title} />
        </label>
        <label>
          {t('description')}
          <textarea name="description" rows={3} maxLength={10_000} defaultValue={course.description} />
        </label>
        {error && <Failure error={error} />}
        <p className="row">
          <button type="submit" disabled={loading}>
            {t('save')}
          </button>
          <span role="status">{saved && t('saved')}</span>
        </p>
      </form>
    </>
  );
}

function NewLesson({ courseId, added }: { courseId: string; added(): void }) {
  const { t } = useTexts();
  const [create, { error, loading }] = useMutation(CreateLessonDocument);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const title = String(new FormData(form).get('title'));
    const result = await create({ variables: { input: { courseId, title } } }).catch(() => null);
    if (!result?.data) return;
    form.reset();
    added();
  }
  return (
    <form className="form row panel" onSubmit={submit}>
      <label className="grow">
        {t('newLesson')}
        <input name="title" required maxLength={200} />
      </label>
      <button type="submit" disabled={loading}>
        {t('addLesson')}
      </button>
      {error && <Failure error={error} />}
    </form>
  );
}
