import '../styles/teach.css';
import { useMutation, useQuery } from '@apollo/client/react';
import { type FormEvent } from 'react';
import { Link, navigate, useTitle } from '../shell/router.tsx';
import { useAccount } from '../shell/session.tsx';
import { Failure, Loading } from '../shell/states.tsx';
import { useTexts } from '../texts/texts.tsx';
import { CreateCourseDocument, MyCoursesDocument } from './generated/graphql.ts';

export default function TeachPage() {
  const { t } = useTexts();
  const account = useAccount();
  useTitle(t('teach'));
  if (account === undefined) return <Loading />;
  if (account === null || account.role === 'STUDENT') return <p className="page narrow">{t('onlyInstructors')}</p>;
  return (
    <div className="page">
      <h1>{t('teachTitle')}</h1>
      <p className="muted">{t('teachLead')}</p>
      <Courses instructorId={account.id} />
      <NewCourse />
    </div>
  );
}

function Courses({ instructorId }: { instructorId: string }) {
  const { t } = useTexts();
  const { data, error, fetchMore } = useQuery(MyCoursesDocument, {
    variables: { instructorId },
    fetchPolicy: 'cache-and-network',
  });
  if (error && !data) return <Failure error={error} />;
  if (!data) return <Loading />;
  const { nodes, pageInfo } = data.courses;
  return (
    <>
      <ul className="taught">
        {nodes.map(({ id, title, status, lessonCount }) => (
          <li key={id}>
            <Link href={`/teach/${id}`}>
              <strong>{title}</strong>
              <span className="muted">
                {lessonCount === 1 ? t('lessonCountOne') : t('lessonCount', { count: lessonCount })}
              </span>
              <span className="badge">{status === 'DRAFT' ? t('draft') : t('published')}</span>
            </Link>
          </li>
        ))}
      </ul>
      {pageInfo.hasNextPage && (
        <button type="button" onClick={() => fetchMore({ variables: { after: pageInfo.endCursor } })}>
          {t('more')}
        </button>
      )}
    </>
  );
}

function NewCourse() {
  const { t } = useTexts();
  const [create, { error, loading }] = useMutation(CreateCourseDocument);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const input = { title: String(fields.get('title')), description: String(fields.get('description')) };
    const { data } = await create({ variables: { input } }).catch(() => ({ data: null }));
    if (data) navigate(`/teach/${data.createCourse.id}`);
  }
  return (
    <section className="panel" aria-labelledby="new-course">
      <h2 id="new-course">{t('newCourse')}</h2>
      <form className="form" onSubmit={submit}>
        <label>
          {t('title')}
          <input name="title" required maxLength={200} />
        </label>
        <label>
          {t('description')}
          <textarea name="description" rows={3} maxLength={10_000} />
        </label>
        {error && <Failure error={error} />}
        <button type="submit" className="primary" disabled={loading}>
          {t('create')}
        </button>
      </form>
    </section>
  );
}
