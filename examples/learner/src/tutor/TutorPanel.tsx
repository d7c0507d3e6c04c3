import { useQuery } from '@apollo/client/react';
import { useCallback, useEffect, useRef } from 'react';
import { type ChatHistoryQuery, type LessonQuery, TutorStatusDocument } from '../generated/graphql.ts';
import type { Playback } from '../lesson/usePlayback.ts';
import { navigate } from '../shell/router.tsx';
import { useAccount } from '../shell/session.tsx';
import { Failure } from '../shell/states.tsx';
import { useTexts } from '../texts/texts.tsx';
import { Composer } from './Composer.tsx';
import { ExchangeView } from './ExchangeView.tsx';
import { useTutor } from './useTutor.ts';

interface Props {
  lesson: NonNullable<LessonQuery['lesson']>;
  playback: Playback;
  history: { data?: ChatHistoryQuery | undefined; error?: unknown; refetch(): unknown };
  /** The question whose mark was chosen. */
  focused: { chatId: string } | null;
  onJump(lessonId: string, seconds: number): void;
}

const NONE: ChatHistoryQuery['chatHistory']['nodes'] = [];

export function TutorPanel({ lesson, playback, history, focused, onJump }: Props) {
  const { t } = useTexts();
  const account = useAccount();
  const chats = (account && history.data?.chatHistory.nodes) || NONE;
  const { exchanges, ask, stop, retry } = useTutor(lesson.id, chats);
  const list = useRef<HTMLElement>(null);
  const pinned = useRef(true);
  const last = exchanges.at(-1);

  // The end stays in view while an answer is written, unless its reader has scrolled away from it.
  useEffect(() => {
    if (last && pinned.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [last]);
  const askHere = useCallback(
    (question: Parameters<typeof ask>[0]) => {
      pinned.current = true;
      ask(question);
    },
    [ask],
  );

  return (
    <aside className="tutor" aria-labelledby="tutor-title">
      <header>
        <h2 id="tutor-title">{t('tutor')}</h2>
        {account && <Credits credits={account.credits} />}
      </header>
      <section
        className="exchanges"
        ref={list}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        tabIndex={0}
        aria-labelledby="tutor-title"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          pinned.current = scrollHeight - scrollTop - clientHeight < 60;
        }}
      >
        {history.error !== undefined && <Failure error={history.error} retry={() => history.refetch()} />}
        {exchanges.length === 0 && <p className="empty">{t('tutorEmpty')}</p>}
        {exchanges.map((exchange) => (
          <ExchangeView
            key={exchange.key}
            {...{ exchange, onJump }}
            lessonId={lesson.id}
            lessons={lesson.course.lessons}
            focused={focused !== null && exchange.chatId === focused.chatId}
            onStop={stop}
            onRetry={retry}
          />
        ))}
      </section>
      <p className="hidden" role="status">
        {last?.running ? t('writing') : last?.chat?.status === 'COMPLETED' ? t('answerReady') : ''}
      </p>
      {account ? (
        <Composer playback={playback} suggest={exchanges.length === 0} onAsk={askHere} />
      ) : (
        account === null && (
          <div className="composer">
            <button
              type="button"
              className="primary"
              onClick={() => navigate(`/sign-in?next=${encodeURIComponent(nextAddress(playback.seconds))}`)}
            >
              {t('signInToAsk')}
            </button>
          </div>
        )
      )}
    </aside>
  );
}

/** Back here, and to this second. */
function nextAddress(seconds: number): string {
  return `${location.pathname}?t=${Math.floor(seconds)}`;
}

function Credits({ credits }: { credits: number }) {
  const { t } = useTexts();
  const { data } = useQuery(TutorStatusDocument);
  const free = data?.health.tutor.provider === 'embedded';
  return (
    <span className="credits">
      {t('creditsLeft', { count: credits })}
      {free && ` · ${t('creditsFree')}`}
    </span>
  );
}
