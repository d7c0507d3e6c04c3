import { useQuery } from '@apollo/client/react';
import { MomentsDocument } from '../generated/graphql.ts';
import { Link } from '../shell/router.tsx';
import { Failure, Loading } from '../shell/states.tsx';
import { useTexts } from '../texts/texts.tsx';

/** Where the words are said, in all lectures: each opens the lesson at its second. */
export function MomentResults({ query }: { query: string }) {
  const { t } = useTexts();
  const { data, previousData, error } = useQuery(MomentsDocument, { variables: { query } });
  const found = (data ?? previousData)?.searchMoments;
  return (
    <section className="moments" aria-labelledby="moments-title">
      <h2 id="moments-title">{t('momentsTitle')}</h2>
      {error ? <Failure error={error} /> : !found ? <Loading /> : null}
      {found && found.nodes.length === 0 && <p className="muted">{t('noMoments')}</p>}
      <ul>
        {found?.nodes.map(({ lesson, timestamp, startSeconds, snippet }) => (
          <li key={`${lesson.id} ${startSeconds} ${snippet}`}>
            <Link href={`/lessons/${lesson.id}?t=${Math.floor(startSeconds)}`}>
              <span className="moment">{timestamp}</span>
              <span>
                <span className="said">
                  <Snippet html={snippet} />
                </span>
                <span className="muted">
                  {lesson.course.title} · {lesson.title}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** The API's snippet, whose only tags are `mark`: made into elements, so that no text ever becomes markup. */
function Snippet({ html }: { html: string }) {
  let at = 0;
  return html.split(/(<mark>.*?<\/mark>)/s).map((part) => {
    const text = part
      .replace(/<\/?mark>/g, '')
      .replace(/&(amp|lt|gt|quot|#39);/g, (_whole, name: string) => ENTITIES[name] ?? '');
    const key = at;
    at += part.length;
    return part.startsWith('<mark>') ? <mark key={key}>{text}</mark> : text;
  });
}
