import { useMutation } from '@apollo/client/react';
import { type FormEvent, useId, useRef, useState } from 'react';
import { factsOf } from '../failure.ts';
import { useTexts } from '../texts/texts.tsx';
import { SetTranscriptDocument, type TaughtLessonFragment } from './generated/graphql.ts';

/** Lines shown before and after the one that was refused. */
const AROUND = 2;

/** Loads a caption file; what cannot be read is shown at its line. */
export function CaptionLoader({ lesson, loaded }: { lesson: TaughtLessonFragment; loaded(): void }) {
  const { t, explain } = useTexts();
  const [load, { data, error, loading, reset }] = useMutation(SetTranscriptDocument);
  const [content, setContent] = useState('');
  const [isSrt, setSrt] = useState(false);
  const text = useRef<HTMLTextAreaElement>(null);
  const fault = useId();
  const { line } = factsOf(error);

  async function take(file: File | undefined) {
    if (!file) return;
    reset();
    setContent(await file.text());
    setSrt(/\.srt$/i.test(file.name));
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const language = String(new FormData(event.currentTarget).get('language'));
    const format = isSrt ? 'SRT' : 'VTT';
    const input = { lessonId: lesson.id, language, format, content } as const;
    const result = await load({ variables: { input } }).catch(() => null);
    if (result?.data) loaded();
  }

  return (
    <details>
      <summary>{t('loadCaptions')}</summary>
      <form className="form" onSubmit={submit}>
        <label>
          {t('captionFile')}
          <input type="file" accept=".vtt,.srt,text/vtt" onChange={(event) => take(event.target.files?.[0])} />
        </label>
        <label>
          {t('captionText')}
          <textarea
            ref={text}
            className="code"
            rows={6}
            required
            value={content}
            spellCheck={false}
            aria-invalid={line !== undefined}
            aria-describedby={error ? fault : undefined}
            onChange={(event) => {
              if (error) reset();
              setSrt(!event.target.value.startsWith('WEBVTT'));
              setContent(event.target.value);
            }}
          />
        </label>
        {error && (
          <div className="caption-fault" role="alert" id={fault}>
            <p className="fault">{explain(error)}</p>
            {line !== undefined && <Excerpt content={content} line={line} />}
          </div>
        )}
        <p className="row">
          <label>
            {t('captionLanguage')}
            <input name="language" defaultValue="en" required size={8} />
          </label>
          <button type="submit" disabled={loading}>
            {t('loadCaptions')}
          </button>
        </p>
        <p role="status">{data && t('captionsLoaded', { count: data.setTranscript.cueCount })}</p>
      </form>
    </details>
  );
}

function Excerpt({ content, line }: { content: string; line: number }) {
  const from = Math.max(1, line - AROUND);
  const lines = content
    .split(/\r\n|\r|\n/)
    .slice(from - 1, line + AROUND)
    .map((text, place) => ({ number: from + place, text }));
  return (
    <ol className="excerpt" start={from}>
      {lines.map(({ number, text }) => (
        <li key={number} className={number === line ? 'refused' : undefined}>
          <code>{text || ' '}</code>
        </li>
      ))}
    </ol>
  );
}
