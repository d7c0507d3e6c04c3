import type { Answer, TutorEvent } from '@lectern/client';

/** The next event; fails the test when there is none. */
export async function next(answer: Answer): Promise<TutorEvent> {
  const { value, done } = await answer.next();
  if (done) throw new Error('expected an event, but the answer is over');
  return value;
}

/** Everything to the end. */
export async function rest(answer: Answer): Promise<TutorEvent[]> {
  const events: TutorEvent[] = [];
  for await (const event of answer) events.push(event);
  return events;
}

/** The texts of the events, joined. */
export function textOf(events: readonly TutorEvent[]): string {
  return events.map((event) => ('text' in event ? event.text : '')).join('');
}
