import { useMutation } from '@apollo/client/react';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { Icon } from '../shell/Icon.tsx';
import { Failure } from '../shell/states.tsx';
import { useTexts } from '../texts/texts.tsx';
import { CaptionLoader } from './CaptionLoader.tsx';
import { DeleteLessonDocument, ReorderLessonsDocument, type TaughtLessonFragment } from './generated/graphql.ts';
import { VideoLoader } from './VideoLoader.tsx';

interface Props {
  courseId: string;
  lessons: readonly TaughtLessonFragment[];
  changed(): void;
}

/** The lessons, put in order by dragging their handles, or by arrow keys on them. */
export function LessonOrder({ courseId, lessons, changed }: Props) {
  const { t } = useTexts();
  const [reorder, { error }] = useMutation(ReorderLessonsDocument);
  const [remove] = useMutation(DeleteLessonDocument);
  /** Ids in the order that is shown while it is not the server's yet. */
  const [order, setOrder] = useState<string[] | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const list = useRef<HTMLOListElement>(null);
  const shown = (order ?? lessons.map(({ id }) => id)).flatMap((id) => lessons.find((each) => each.id === id) ?? []);

  function moved(id: string, to: number): string[] {
    const ids = shown.map((each) => each.id).filter((each) => each !== id);
    ids.splice(Math.max(0, Math.min(to, ids.length)), 0, id);
    setOrder(ids);
    return ids;
  }

  async function save(lessonIds: string[], { id, title }: TaughtLessonFragment) {
    if (lessonIds.join() === lessons.map((each) => each.id).join()) return setOrder(null);
    await reorder({ variables: { courseId, lessonIds } }).catch(() => {});
    setSaid(t('moved', { title, order: lessonIds.indexOf(id) + 1, count: lessonIds.length }));
    await changed();
    setOrder(null);
  }

  function onPointerMove(event: PointerEvent) {
    if (dragged === null) return;
    const others = [...(list.current?.children ?? [])].filter((item) => (item as HTMLElement).dataset.id !== dragged);
    const to = others.filter((item) => {
      const { top, height } = item.getBoundingClientRect();
      return event.clientY > top + height / 2;
    }).length;
    if (shown.findIndex(({ id }) => id === dragged) !== to) moved(dragged, to);
  }

  function onPointerUp() {
    const lesson = shown.find(({ id }) => id === dragged);
    setDragged(null);
    if (order && lesson) void save(order, lesson);
  }

  function onKeyDown(event: KeyboardEvent<HTMLButtonElement>, lesson: TaughtLessonFragment) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const handle = event.currentTarget;
    const to = shown.indexOf(lesson) + by;
    if (to < 0 || to >= shown.length) return;
    void save(moved(lesson.id, to), lesson);
    // React may take the item out and put it in again, which loses the focus.
    requestAnimationFrame(() => handle.focus());
  }

  async function removeLesson({ id, title }: TaughtLessonFragment) {
    if (!confirm(t('confirmDelete', { title }))) return;
    await remove({ variables: { id } }).catch(() => {});
    changed();
  }

  return (
    <section aria-labelledby="order-title">
      <h2 id="order-title">{t('lessons')}</h2>
      <p className="muted" id="order-hint">
        {t('dragHint')}
      </p>
      <p className="hidden" role="status">
        {said}
      </p>
      {error && <Failure error={error} />}
      <ol
        className="order"
        ref={list}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => {
          setDragged(null);
          setOrder(null);
        }}
      >
        {shown.map((lesson, at) => (
          <li key={lesson.id} data-id={lesson.id} className={dragged === lesson.id ? 'dragged' : undefined}>
            <div className="order-row">
              <button
                type="button"
                className="handle quiet"
                aria-label={t('moveLesson', { title: lesson.title })}
                onKeyDown={(event) => onKeyDown(event, lesson)}
                onPointerDown={(event) => {
                  if (event.button !== 0) return;
                  // By the list, which stays: an item that changes its place would lose the pointer.
                  list.current?.setPointerCapture(event.pointerId);
                  setDragged(lesson.id);
                }}
              >
                <Icon name="handle" />
              </button>
              <strong>
                {at + 1}. {lesson.title}
              </strong>
              <span className="muted">
                {lesson.transcripts
                  .map(({ language, cueCount }) => `${language}: ${t('cues', { count: cueCount })}`)
                  .join(' · ')}
              </span>
              <button
                type="button"
                className="quiet"
                aria-label={t('deleteLesson', { title: lesson.title })}
                onClick={() => removeLesson(lesson)}
              >
                <Icon name="trash" />
              </button>
            </div>
            <div className="materials">
              <CaptionLoader lesson={lesson} loaded={changed} />
              <VideoLoader lesson={lesson} ready={changed} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
