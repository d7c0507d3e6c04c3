import { type FormEvent, type KeyboardEvent, useState } from 'react';
import type { Playback } from '../lesson/usePlayback.ts';
import { Icon } from '../shell/Icon.tsx';
import { clock } from '../shell/time.ts';
import { useTexts } from '../texts/texts.tsx';

const MOST_CHARACTERS = 4000;

interface Props {
  playback: Playback;
  suggest: boolean;
  onAsk(question: { message: string; timestampVideo: string | null }): void;
}

/** Where a question is written. Its moment is the one on the screen until the first letter, then stays. */
export function Composer({ playback, suggest, onAsk }: Props) {
  const { t } = useTexts();
  const [message, setMessage] = useState('');
  const [held, setHeld] = useState<number | null>(null);
  const [whole, setWhole] = useState(false);
  const now = Math.floor(playback.seconds);
  const moment = whole ? null : (held ?? now);

  function write(text: string) {
    setMessage(text);
    if (text === '') setHeld(null);
    else if (held === null) setHeld(now);
  }

  function ask(text: string) {
    if (text.trim() === '') return;
    onAsk({ message: text.trim(), timestampVideo: moment === null ? null : clock(moment) });
    setMessage('');
    setHeld(null);
    setWhole(false);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    ask(message);
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    // While an input method composes a word, Enter is its own.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    ask(message);
  }

  return (
    <form className="composer" onSubmit={submit}>
      {suggest && message === '' && (
        <div className="suggestions">
          {([t('suggestion1'), t('suggestion2'), t('suggestion3')] as const).map((text) => (
            <button key={text} type="button" onClick={() => ask(text)}>
              {text}
            </button>
          ))}
        </div>
      )}
      <div className="about">
        <span className="moment still">
          {moment === null ? t('aboutWhole') : t('aboutMoment', { time: clock(moment) })}
        </span>
        {(moment === null || moment !== now) && (
          <button
            type="button"
            className="quiet small"
            onClick={() => {
              setWhole(false);
              setHeld(message ? now : null);
            }}
          >
            {t('moveToNow', { time: clock(now) })}
          </button>
        )}
        {moment !== null && (
          <button type="button" className="quiet small" aria-label={t('dropMoment')} onClick={() => setWhole(true)}>
            <Icon name="close" size={14} />
          </button>
        )}
      </div>
      <div className="write">
        <textarea
          rows={2}
          value={message}
          maxLength={MOST_CHARACTERS}
          aria-label={t('askLabel')}
          placeholder={t('askPlaceholder')}
          onFocus={playback.pause}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button type="submit" className="primary" disabled={message.trim() === ''}>
          {t('ask')}
        </button>
      </div>
    </form>
  );
}
