import { NetworkStatus } from '@apollo/client';
import { useQuery } from '@apollo/client/react';
import { useDeferredValue, useEffect, useState } from 'react';
import { CatalogueDocument, type CatalogueQuery } from '../generated/graphql.ts';
import { Icon } from '../shell/Icon.tsx';
import { Link, navigate, useAddress, useTitle } from '../shell/router.tsx';
import { Failure, Loading } from '../shell/states.tsx';
import { clock } from '../shell/time.ts';
import { useTexts } from '../texts/texts.tsx';
import { Cover } from './Cover.tsx';
import { MomentResults } from './MomentResults.tsx';

const TYPING_PAUSE_MS = 250;

export function CataloguePage() {
  const { t } = useTexts();
  useTitle(undefined);
  const search = (useAddress().searchParams.get('q') ?? '').slice(0, 200);
  return (
    <div className="page">
      <div className="hero">
        <h1>{t('catalogueTitle')}</h1>
        <p>{t('catalogueLead')}</p>
        <SearchField initial={search} />
      </div>
      <Courses search={search} />
      {search && <MomentResults query={search} />}
    </div>
  );
}

function SearchField({ initial }: { initial: string }) {
  const { t } = useTexts();
  const [text, setText] = useState(initial);
  useEffect(() => {
    if (text.trim() === initial) return;
    const words = text.trim();
    const timer = setTimeout(
      () => navigate(words ? `/?q=${encodeURIComponent(words)}` : '/', { replace: true }),
      TYPING_PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [text, initial]);
  return (
    <search className="search">
      <Icon name="search" />
      <input
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        value={text}
        maxLength={200}
        onChange={(event) => setText(event.target.value)}
      />
    </search>
  );
}

function Courses({ search }: { search: string }) {
  const { t } = useTexts();
  const wanted = useDeferredValue(search);
  const { data, previousData, error, fetchMore, networkStatus, refetch } = useQuery(CatalogueDocument, {
    variables: wanted ? { search: wanted } : {},
    notifyOnNetworkStatusChange: true,
  });
  const courses = (data ?? previousData)?.courses;
  if (error && !courses) return <Failure error={error} retry={() => refetch()} />;
  if (!courses) return <Loading />;
  const { hasNextPage, endCursor } = courses.pageInfo;
  return (
    <section aria-label={t('courses')}>
      {courses.nodes.length === 0 && <p className="muted">{t('noCourses')}</p>}
      <ul className="cards">
        {courses.nodes.map((course) => (
          <CourseCard key={course.id} course={course} />
        ))}
      </ul>
      {hasNextPage && (
        <button
          type="button"
          disabled={networkStatus === NetworkStatus.fetchMore}
          onClick={() => fetchMore({ variables: { after: endCursor } })}
        >
          {t('more')}
        </button>
      )}
    </section>
  );
}

function CourseCard({ course }: { course: CatalogueQuery['courses']['nodes'][number] }) {
  const { t } = useTexts();
  const { id, title, description, instructor, lessonCount, status, lessons } = course;
  const seconds = lessons.reduce((sum, { durationSeconds }) => sum + (durationSeconds ?? 0), 0);
  return (
    <li className="card">
      <Link href={`/courses/${id}`}>
        <Cover
          title={title}
          url={course.thumbnailUrl ?? lessons.find(({ thumbnailUrl }) => thumbnailUrl)?.thumbnailUrl ?? null}
        />
        <div className="card-text">
          {status === 'DRAFT' && <span className="badge">{t('draft')}</span>}
          <h2>{title}</h2>
          <p>{description}</p>
          <p className="facts">
            <span>{t('taughtBy', { name: instructor.username })}</span>
            <span>{lessonCount === 1 ? t('lessonCountOne') : t('lessonCount', { count: lessonCount })}</span>
            {seconds > 0 && (
              <span>
                <Icon name="clock" size={16} /> {clock(seconds)}
              </span>
            )}
          </p>
        </div>
      </Link>
    </li>
  );
}
