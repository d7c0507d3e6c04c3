import { useQuery } from '@apollo/client/react';
import { Cover } from '../catalogue/Cover.tsx';
import { CourseDocument } from '../generated/graphql.ts';
import { Link, useTitle } from '../shell/router.tsx';
import { Failure, Loading, NotFound } from '../shell/states.tsx';
import { clock } from '../shell/time.ts';
import { useTexts } from '../texts/texts.tsx';

export function CoursePage({ id }: { id: string }) {
  const { t, languageName } = useTexts();
  const { data, error, refetch } = useQuery(CourseDocument, { variables: { id } });
  useTitle(data?.course?.title);
  if (error && !data) return <Failure error={error} retry={() => refetch()} />;
  if (!data) return <Loading />;
  if (!data.course) return <NotFound />;
  const { title, description, instructor, lessons } = data.course;
  const [first] = lessons;
  return (
    <article className="page course">
      <header className="hero">
        <h1>{title}</h1>
        <p className="description">{description}</p>
        <p className="facts">
          <span>{t('taughtBy', { name: instructor.username })}</span>
          <span>{lessons.length === 1 ? t('lessonCountOne') : t('lessonCount', { count: lessons.length })}</span>
        </p>
        {first && (
          <Link className="button primary" href={`/lessons/${first.id}`}>
            {t('startCourse')}
          </Link>
        )}
      </header>
      <section aria-labelledby="lessons-title">
        <h2 id="lessons-title">{t('lessons')}</h2>
        {lessons.length === 0 && <p className="muted">{t('emptyCourse')}</p>}
        <ol className="lessons">
          {lessons.map((lesson) => (
            <li key={lesson.id}>
              <Link href={`/lessons/${lesson.id}`}>
                <Cover url={lesson.thumbnailUrl} title={String(lesson.order)} />
                <span className="lesson-text">
                  <strong>
                    {lesson.order}. {lesson.title}
                  </strong>
                  <span className="muted">
                    {lesson.transcripts.length > 0 &&
                      t('captionsIn', {
                        languages: lesson.transcripts.map(({ language }) => languageName(language)).join(', '),
                      })}
                  </span>
                </span>
                {lesson.durationSeconds !== null && <span className="length">{clock(lesson.durationSeconds)}</span>}
              </Link>
            </li>
          ))}
        </ol>
      </section>
    </article>
  );
}
