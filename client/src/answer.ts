import { Events } from './events.js';
import type { ChatFieldsFragment, TutorEventFieldsFragment } from './generated/types.js';
import type { Payload } from './http.js';
import { errorOf, hasCode } from './lectern-error.js';
import { TextPosition } from './position.js';
import { isRefusal, type Socket } from './socket.js';

/** `TutorToken` for each piece of the text, then one of `TutorDone` and `TutorFailed`, with the stored message. */
export type TutorEvent = TutorEventFieldsFragment;

/**
 * An answer as it is written. The texts of its tokens, joined, are its `response`; its last event has the message as it is
 * stored, and is the truth where they differ: an answer that was `INTERRUPTED` may end before what was shown.
 * Leaving the loop leaves the answer running; take it up again with the same `clientRequestId`.
 */
export interface Answer extends AsyncIterableIterator<TutorEvent> {
  readonly clientRequestId: string | null;
}

export interface AnswerOptions {
  /** Stops the answer: the loop then ends with `TutorDone`, whose message is `CANCELLED`. */
  signal?: AbortSignal | undefined;
  /** Begins behind so many UTF-16 code units of the text: the length of what you have. */
  after?: number | undefined;
}

export interface Question {
  payload: Payload;
  /** The field of the result. */
  field: string;
  clientRequestId: string | null;
  /** Whether it may have been asked before. */
  isKnown: boolean;
  cancel(): Promise<ChatFieldsFragment>;
}

const CANCEL_AGAIN_MS = 500;

export function openAnswer(socket: Socket, question: Question, { signal, after = 0 }: AnswerOptions): Answer {
  const position = new TextPosition({ ...question.payload.variables, after }, question.field, 'after');
  let over = false;
  let leave = () => {};
  const end = () => {
    over = true;
    signal?.removeEventListener('abort', stop);
  };
  const events = new Events<TutorEvent>(() => {
    end();
    leave();
  });
  const fail = (error: unknown) => {
    end();
    leave();
    events.fail(error);
  };

  async function stop(): Promise<void> {
    // Nobody has heard of it.
    if (!position.begun && !question.isKnown) return fail(signal?.reason);
    while (!over) {
      try {
        await question.cancel();
        return;
      } catch (error) {
        // Not there yet, or the server cannot be reached: what follows the answer says when to give up.
        if (!hasCode(error, 'NOT_FOUND', 'UNREACHABLE', 'RATE_LIMITED')) return fail(error);
        await new Promise((resolve) => setTimeout(resolve, CANCEL_AGAIN_MS));
      }
    }
  }

  if (signal?.aborted && !question.isKnown) fail(signal.reason);
  else {
    if (signal?.aborted) void stop();
    else signal?.addEventListener('abort', stop);
    leave = socket.follow(question.payload, position, {
      next(result) {
        if (isRefusal(result)) fail(errorOf(result.errors ?? []));
        else events.push(result.data?.[question.field] as TutorEvent);
      },
      error: fail,
      complete() {
        end();
        events.close();
      },
    });
  }
  return Object.assign(events, { clientRequestId: question.clientRequestId });
}
