import { memo, useCallback, useEffect, useRef } from 'react';
import { Icon } from '../shell/Icon.tsx';
import { useTexts } from '../texts/texts.tsx';
import type { Exchange } from './exchange.ts';
import { Markdown, type MarkOf } from './Markdown.tsx';

interface Props {
  exchange: Exchange;
  lessonId: string;
  lessons: readonly { id: string; order: number }[];
  focused: boolean;
  onJump(lessonId: string, seconds: number): void;
  onStop(exchange: Exchange): void;
  onRetry(exchange: Exchange): void;
}

export const ExchangeView = memo(({ exchange, lessonId, lessons, focused, onJump, onStop, onRetry }: Props) => {
  const { t } = useTexts();
  const { message, timestampVideo, text, running } = exchange;
  const article = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!focused) return;
    article.current?.scrollIntoView({ block: 'nearest' });
    article.current?.focus({ preventScroll: true });
  }, [focused]);
  const citations = exchange.chat?.citations;
  const markOf = useCallback<MarkOf>(
    (mark, key) => {
      const cited = citations?.find(
        (each) => each.timestamp === mark.timestamp && each.lessonId === (mark.lessonId ?? lessonId),
      );
      const order = mark.lessonId && lessons.find(({ id }) => id === mark.lessonId)?.order;
      const label = order ? `${t('inOtherLesson', { order })}, ${mark.timestamp}` : mark.timestamp;
      // Not yet checked by the server, or not held by the lecture: no place to go to.
      if (!cited)
        return (
          <span key={key} className="moment unchecked">
            {label}
          </span>
        );
      return (
        <button
          key={key}
          type="button"
          className="moment"
          title={cited.quote}
          aria-label={t('jumpTo', { time: label })}
          onClick={() => onJump(cited.lessonId, cited.startSeconds)}
        >
          {label}
        </button>
      );
    },
    [citations, lessonId, lessons, onJump, t],
  );
  return (
    <article className="exchange" ref={article} tabIndex={-1} aria-busy={running}>
      <div className="question">
        {timestampVideo && <span className="moment still">{timestampVideo}</span>}
        <p>
          <span className="hidden">{t('you')}: </span>
          {message}
        </p>
      </div>
      {(text || running) && (
        <div className={running ? 'answer writing' : 'answer'}>
          {text ? <Markdown text={text} markOf={markOf} /> : <p className="muted thinking">{t('thinking')}</p>}
        </div>
      )}
      <Ending {...{ exchange, onStop, onRetry }} />
    </article>
  );
});

function Ending({ exchange, onStop, onRetry }: Pick<Props, 'exchange' | 'onStop' | 'onRetry'>) {
  const { t, explain } = useTexts();
  const { running, error, chat } = exchange;
  if (running) {
    return (
      <p className="ending">
        <button type="button" className="stop" onClick={() => onStop(exchange)}>
          <span className="square" aria-hidden="true" /> {t('stop')}
        </button>
      </p>
    );
  }
  const failed = error ?? (chat?.failureCode ? { code: chat.failureCode } : null);
  const cost = chat?.creditsCharged ?? 0;
  return (
    <div className="ending">
      {failed && (
        <p className="fault" role="alert">
          {explain(failed)}
        </p>
      )}
      {chat?.status === 'CANCELLED' && <p className="muted">{t('stopped')}</p>}
      {chat?.truncated && <p className="muted">{t('truncated')}</p>}
      {cost > 0 && <p className="muted">{cost === 1 ? t('costOne') : t('cost', { count: cost })}</p>}
      {(failed || chat?.status === 'CANCELLED') && (
        <button type="button" className="quiet" onClick={() => onRetry(exchange)}>
          <Icon name="back" size={16} /> {t('retry')}
        </button>
      )}
    </div>
  );
}
