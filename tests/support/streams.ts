import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { openSocket, subscribe } from './client.js';
import {
  type AskTutorInput,
  AskTutorStreamDocument,
  type ChatFieldsFragment,
  type TutorEventFieldsFragment,
  TutorTokensDocument,
} from './generated/graphql.js';
import type { Person } from './people.js';
import type { TestServer } from './server.js';

export type TutorEvent = TutorEventFieldsFragment;

/** A subscription to an answer, one event at a time. */
export interface EventStream {
  /** The next event; fails the test when the operation failed or is complete. */
  next(): Promise<TutorEvent>;
  /** Everything to the end. */
  rest(): Promise<TutorEvent[]>;
  /** The code of the error that the operation ended with. */
  refusal(): Promise<{ code: string; field?: string }>;
  leave(): Promise<void>;
}

export function askStream(server: TestServer, who: Person, input: AskTutorInput, after = 0): EventStream {
  const results = subscribe(openSocket(server.url, who.token), AskTutorStreamDocument, { input, after });
  return eventStream(results, (data) => data.askTutorStream);
}

export function tokenStream(server: TestServer, who: Person, chatId: string, after = 0): EventStream {
  const results = subscribe(openSocket(server.url, who.token), TutorTokensDocument, { chatId, after });
  return eventStream(results, (data) => data.tutorTokens);
}

/** The texts of the events, joined. */
export function textOf(events: readonly TutorEvent[]): string {
  return events.map((event) => ('text' in event ? event.text : '')).join('');
}

/** The message that the terminal event carries. */
export function endedChat(events: readonly TutorEvent[]): ChatFieldsFragment {
  const last = events.at(-1);
  if (!last || !('chat' in last)) throw new Error(`expected a terminal event, got ${JSON.stringify(last)}`);
  return last.chat;
}

function eventStream<T>(
  results: AsyncGenerator<FormattedExecutionResult<T>, void, unknown>,
  eventOf: (data: T) => TutorEvent,
): EventStream {
  async function next(): Promise<TutorEvent | null> {
    const { value, done } = await results.next();
    if (done || !value) return null;
    if (value.errors || !value.data) throw new Error(`expected an event, got ${JSON.stringify(value.errors)}`);
    return eventOf(value.data);
  }
  return {
    async next() {
      const event = await next();
      if (!event) throw new Error('expected an event, but the stream is complete');
      return event;
    },
    async rest() {
      const events: TutorEvent[] = [];
      for (let event = await next(); event; event = await next()) events.push(event);
      return events;
    },
    async refusal() {
      // Before the first event it is a result with errors; after it, the library throws the list of errors.
      const errors = await results.next().then(
        ({ value }) => value?.errors,
        (thrown) => thrown as GraphQLFormattedError[],
      );
      if (!errors?.[0]?.extensions) throw new Error(`expected an error, got ${JSON.stringify(errors)}`);
      return errors[0].extensions as { code: string };
    },
    leave: async () => void (await results.return()),
  };
}
