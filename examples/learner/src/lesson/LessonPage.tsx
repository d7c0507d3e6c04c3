import '../styles/player.css';
import '../styles/timeline.css';
import '../styles/lesson.css';
import '../styles/tutor.css';
import '../styles/answer.css';
import { useQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { ChatHistoryDocument, LessonDocument, type LessonQuery } from '../generated/graphql.ts';
import { Link, navigate, useAddress, useTitle } from '../shell/router.tsx';
import { useAccount } from '../shell/session.tsx';
import { Failure, Loading, NotFound } from '../shell/states.tsx';
import { useTexts } from '../texts/texts.tsx';
import { TutorPanel } from '../tutor/TutorPanel.tsx';
import { Player } from './Player.tsx';
import { Transcript } from './Transcript.tsx';
import { usePlayback } from './usePlayback.ts';

type Lesson = NonNullable<LessonQuery['lesson']>;

export default function LessonPage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(LessonDocument, { variables: { id } });
  useTitle(data?.lesson?.title);
  if (error && !data) return <Failure error={error} retry={() => refetch()} />;
  if (!data) return <Loading />;
  if (!data.lesson) return <NotFound />;
  return <LessonView lesson={data.lesson} renew={() => void refetch()} />;
}

/** A lesson with its player, what is said in it, and the tutor beside them. */
function LessonView({ lesson, renew }: { lesson: Lesson; renew(): void }) {
  const { t } = useTexts();
  const account = useAccount();
  const start = Number(useAddress().searchParams.get('t')) || 0;
  const transcriptEnd = Math.max(0, ...lesson.transcripts.map(({ durationSeconds }) => durationSeconds));
  const playback = usePlayback(lesson.durationSeconds ?? transcriptEnd, start);
  const [language, setLanguage] = useState(() => preferredLanguage(lesson));
  const history = useQuery(ChatHistoryDocument, { variables: { lessonId: lesson.id }, skip: !account });
  const { hasNextPage, endCursor } = history.data?.chatHistory.pageInfo ?? {};
  const { fetchMore } = history;
  useEffect(() => {
    // All of them: the newest come last.
    if (hasNextPage) void fetchMore({ variables: { after: endCursor } }).catch(() => {});
  }, [hasNextPage, endCursor, fetchMore]);
  const chats = (account && history.data?.chatHistory.nodes) || [];
  const [focused, setFocused] = useState<{ chatId: string } | null>(null);

  function jump(lessonId: string, seconds: number) {
    if (lessonId === lesson.id) playback.seek(seconds);
    else navigate(`/lessons/${lessonId}?t=${Math.floor(seconds)}`);
  }

  const marks = chats
    .filter(({ timestampSeconds }) => timestampSeconds !== null)
    .map(({ id, timestampSeconds, message }) => ({ id, seconds: timestampSeconds ?? 0, message }));
  const { lessons } = lesson.course;
  return (
    <div className="lesson">
      <div className="stage">
        <Player
          lesson={lesson}
          playback={playback}
          language={language}
          onLanguage={setLanguage}
          marks={marks}
          onMark={(chatId, seconds) => {
            playback.seek(seconds);
            setFocused({ chatId });
          }}
          onStale={renew}
        />
        <div className="lesson-head">
          <p className="muted">
            <Link href={`/courses/${lesson.course.id}`}>{lesson.course.title}</Link> ·{' '}
            {t('lessonOf', { order: lesson.order, count: lessons.length })}
          </p>
          <h1>{lesson.title}</h1>
          <Neighbours lesson={lesson} />
        </div>
        <Transcript lessonId={lesson.id} language={language} seconds={playback.seconds} onJump={playback.seek} />
      </div>
      <TutorPanel
        // What one account has asked is not shown to the next.
        key={account?.id}
        lesson={lesson}
        playback={playback}
        history={history}
        focused={focused}
        onJump={jump}
      />
    </div>
  );
}

function Neighbours({ lesson: { course, order } }: { lesson: Lesson }) {
  const { t } = useTexts();
  const previous = course.lessons.find((each) => each.order === order - 1);
  const next = course.lessons.find((each) => each.order === order + 1);
  return (
    <nav className="neighbours" aria-label={t('lessons')}>
      {previous && (
        <Link href={`/lessons/${previous.id}`} title={previous.title}>
          ← {t('previous')}
        </Link>
      )}
      {next && (
        <Link href={`/lessons/${next.id}`} title={next.title}>
          {t('next')} →
        </Link>
      )}
    </nav>
  );
}

/** The first of the reader's languages that the lesson has, else the first loaded. */
function preferredLanguage({ transcripts }: Lesson): string | null {
  const wanted = [document.documentElement.lang, ...navigator.languages].map((tag) => tag.split('-')[0]);
  const found = wanted
    .map((base) => transcripts.find(({ language }) => language.split('-')[0] === base))
    .find((each) => each !== undefined);
  return (found ?? transcripts[0])?.language ?? null;
}
