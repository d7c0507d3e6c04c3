import { useQuery } from '@apollo/client/react';
import { memo, useMemo } from 'react';
import { CuesDocument, type CuesQuery } from '../generated/graphql.ts';
import { clock } from '../shell/time.ts';
import { useTexts } from '../texts/texts.tsx';

type Cue = NonNullable<CuesQuery['lesson']>['transcripts'][number]['cues'][number];

/** At most so many words before a paragraph ends with its sentence, and without one. */
const WORDS = 45;
const WORDS_AT_MOST = 90;

interface Props {
  lessonId: string;
  language: string | null;
  seconds: number;
  onJump(seconds: number): void;
}

/** What is said, to read along and to jump by. */
export function Transcript({ lessonId, language, seconds, onJump }: Props) {
  const { t } = useTexts();
  const { data } = useQuery(CuesDocument, { variables: { lessonId } });
  const transcripts = data?.lesson?.transcripts ?? [];
  const shown = transcripts.find((each) => each.language === language) ?? transcripts[0];
  const paragraphs = useMemo(() => paragraphsOf(shown?.cues ?? []), [shown]);
  if (!shown || paragraphs.length === 0) return null;
  const now = paragraphs.findLastIndex(({ startSeconds }) => startSeconds <= seconds + 0.5);
  return (
    <details className="transcript" open={matchMedia('(min-width: 961px)').matches}>
      <summary>
        <h2>{t('transcript')}</h2>
      </summary>
      <div lang={shown.language}>
        {paragraphs.map((paragraph, at) => (
          <Line key={paragraph.startSeconds} {...paragraph} now={at === now} onJump={onJump} />
        ))}
      </div>
    </details>
  );
}

interface Paragraph {
  startSeconds: number;
  text: string;
}

const Line = memo(({ startSeconds, text, now, onJump }: Paragraph & { now: boolean; onJump: Props['onJump'] }) => {
  const { t } = useTexts();
  const time = clock(startSeconds);
  return (
    <p aria-current={now || undefined}>
      <button type="button" className="moment" onClick={() => onJump(startSeconds)} aria-label={t('jumpTo', { time })}>
        {time}
      </button>
      <span>{text}</span>
    </p>
  );
});

function paragraphsOf(cues: readonly Cue[]): Paragraph[] {
  const paragraphs: (Paragraph & { closed: boolean })[] = [];
  for (const cue of cues) {
    const text = cue.text.replaceAll('\n', ' ');
    const last = paragraphs.at(-1);
    if (last && !last.closed) last.text += ` ${text}`;
    else paragraphs.push({ startSeconds: cue.startSeconds, text, closed: false });
    const current = paragraphs.at(-1);
    if (!current) continue;
    const words = current.text.split(' ').length;
    current.closed = words >= WORDS_AT_MOST || (words >= WORDS && /[.!?。！？…]["”’)]?$/.test(text));
  }
  return paragraphs;
}
