import { clock } from '../shell/time.ts';
import { useTexts } from '../texts/texts.tsx';

/** A question that was asked about a moment. */
export interface Mark {
  id: string;
  seconds: number;
  message: string;
}

interface Props {
  seconds: number;
  durationSeconds: number;
  marks: Mark[];
  onSeek(seconds: number): void;
  onMark(id: string, seconds: number): void;
}

/** The length of the lecture, where it is now, and where questions were asked. */
export function Timeline({ seconds, durationSeconds, marks, onSeek, onMark }: Props) {
  const { t } = useTexts();
  const end = Math.max(durationSeconds, 1);
  const shareOf = (at: number) => Math.min(1, at / end);
  return (
    <div className="timeline">
      <svg className="progress" preserveAspectRatio="none" viewBox="0 0 1000 4" aria-hidden="true">
        <rect className="whole" width="1000" height="4" />
        <rect className="done" width={1000 * shareOf(seconds)} height="4" />
      </svg>
      <input
        type="range"
        min={0}
        max={Math.floor(end)}
        step={1}
        value={Math.floor(seconds)}
        aria-label={t('seek')}
        aria-valuetext={clock(seconds)}
        onChange={(event) => onSeek(Number(event.target.value))}
      />
      {marks.length > 0 && (
        <ul className="marks">
          {marks.map(({ id, seconds: at, message }) => (
            <li key={id} ref={(item) => item?.style.setProperty('--at', String(shareOf(at)))}>
              <button
                type="button"
                onClick={() => onMark(id, at)}
                title={message}
                aria-label={t('askedAt', { time: clock(at), message })}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
