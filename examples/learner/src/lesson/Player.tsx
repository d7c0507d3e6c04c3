import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { reachable } from '../api.ts';
import type { LessonQuery } from '../generated/graphql.ts';
import { Icon } from '../shell/Icon.tsx';
import { clock } from '../shell/time.ts';
import { useTexts } from '../texts/texts.tsx';
import { type Mark, Timeline } from './Timeline.tsx';
import type { Playback } from './usePlayback.ts';

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
const STEP_SECONDS = 5;

interface Props {
  lesson: NonNullable<LessonQuery['lesson']>;
  playback: Playback;
  language: string | null;
  onLanguage(language: string | null): void;
  marks: Mark[];
  onMark(id: string, seconds: number): void;
  /** The address of the video has ended: read the lesson again. */
  onStale(): void;
}

export function Player({ lesson, playback, language, onLanguage, marks, onMark, onStale }: Props) {
  const { t } = useTexts();
  const frame = useRef<HTMLDivElement>(null);
  const { seconds, durationSeconds, playing, failed } = playback;

  function onKeyDown(event: KeyboardEvent) {
    if ((event.target as HTMLElement).closest('button, select, input')) return;
    const act = {
      ' ': playback.toggle,
      k: playback.toggle,
      ArrowLeft: () => playback.seek(seconds - STEP_SECONDS),
      ArrowRight: () => playback.seek(seconds + STEP_SECONDS),
      f: () => void frame.current?.requestFullscreen(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys for the whole player, beside its buttons
    <div className="player" ref={frame} onKeyDown={onKeyDown}>
      {lesson.videoUrl ? <Video {...{ lesson, playback, language }} /> : <p className="no-video">{t('noVideo')}</p>}
      {failed && (
        <p className="no-video" role="alert">
          {t('videoFailed')}{' '}
          {lesson.videoUrl && reachable(lesson.videoUrl) === lesson.videoUrl && (
            <a href={lesson.videoUrl} target="_blank" rel="noopener noreferrer">
              {t('openVideo')}
            </a>
          )}{' '}
          <button type="button" onClick={onStale}>
            {t('tryAgain')}
          </button>
        </p>
      )}
      <div className="controls">
        <Timeline {...{ seconds, durationSeconds, marks, onMark }} onSeek={playback.seek} />
        <div className="buttons">
          {lesson.videoUrl && (
            <button type="button" onClick={playback.toggle} aria-label={playing ? t('pause') : t('play')}>
              <Icon name={playing ? 'pause' : 'play'} size={24} />
            </button>
          )}
          <button type="button" onClick={() => playback.seek(seconds - 10)} aria-label={t('back10')}>
            <Icon name="back" />
          </button>
          <span className="time">
            {clock(seconds)} <span>/ {clock(durationSeconds)}</span>
          </span>
          <span className="gap" />
          {lesson.transcripts.length > 0 && <CaptionChoice {...{ lesson, language, onLanguage }} />}
          {lesson.videoUrl && <Speed playback={playback} />}
          {lesson.videoUrl && <Sound playback={playback} />}
          <button
            type="button"
            className="wide-only"
            onClick={() =>
              document.fullscreenElement ? document.exitFullscreen() : frame.current?.requestFullscreen()
            }
            aria-label={t('fullscreen')}
          >
            <Icon name="full" />
          </button>
        </div>
      </div>
    </div>
  );
}

function Video({ lesson, playback, language }: Pick<Props, 'lesson' | 'playback' | 'language'>) {
  const element = useRef<HTMLVideoElement | null>(null);
  useEffect(() => {
    const tracks = element.current?.textTracks;
    // Browsers switch tracks on by preferences of their own, also later.
    const choose = () => {
      for (const track of tracks ?? []) {
        const mode = track.language === language ? 'showing' : 'disabled';
        if (track.mode !== mode) track.mode = mode;
      }
    };
    choose();
    tracks?.addEventListener('change', choose);
    tracks?.addEventListener('addtrack', choose);
    return () => {
      tracks?.removeEventListener('change', choose);
      tracks?.removeEventListener('addtrack', choose);
    };
  }, [language]);
  return (
    // biome-ignore lint/a11y/useMediaCaption: as many tracks as the lesson has
    <video
      ref={(video) => {
        element.current = video;
        playback.attach(video);
      }}
      src={reachable(lesson.videoUrl ?? '')}
      poster={lesson.thumbnailUrl ? reachable(lesson.thumbnailUrl) : undefined}
      preload="metadata"
      playsInline
      tabIndex={0}
      aria-label={lesson.title}
      onClick={playback.toggle}
    >
      {lesson.transcripts.map(
        ({ id, language: tag, captionsUrl }) =>
          captionsUrl && <track key={id} kind="captions" src={reachable(captionsUrl)} srcLang={tag} label={tag} />,
      )}
    </video>
  );
}

function CaptionChoice({ lesson, language, onLanguage }: Pick<Props, 'lesson' | 'language' | 'onLanguage'>) {
  const { t, languageName } = useTexts();
  return (
    <label>
      <span className="hidden">{t('captions')}</span>
      <select value={language ?? ''} onChange={(event) => onLanguage(event.target.value || null)}>
        <option value="">
          {t('captions')}: {t('captionsOff')}
        </option>
        {lesson.transcripts.map(({ id, language: tag }) => (
          <option key={id} value={tag}>
            {languageName(tag)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Speed({ playback }: Pick<Props, 'playback'>) {
  const { t } = useTexts();
  const [speed, setSpeed] = useState(1);
  return (
    <label>
      <span className="hidden">{t('speed')}</span>
      <select
        value={speed}
        onChange={(event) => {
          const next = Number(event.target.value);
          setSpeed(next);
          const video = playback.video();
          if (video) video.playbackRate = next;
        }}
      >
        {SPEEDS.map((each) => (
          <option key={each} value={each}>
            {each} ×
          </option>
        ))}
      </select>
    </label>
  );
}

function Sound({ playback }: Pick<Props, 'playback'>) {
  const { t } = useTexts();
  const [muted, setMuted] = useState(false);
  return (
    <button
      type="button"
      onClick={() => {
        const video = playback.video();
        if (video) video.muted = !muted;
        setMuted(!muted);
      }}
      aria-label={muted ? t('unmute') : t('mute')}
    >
      <Icon name={muted ? 'muted' : 'sound'} />
    </button>
  );
}
