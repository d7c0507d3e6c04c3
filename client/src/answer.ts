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
const TRIES_TO_FIND = 3;
const TRIES_TO_REACH = 120;

export function openAnswer(socket: Socket, question: Question, { signal, after = 0 }: AnswerOptions): Answer {
  const position = new TextPosition({ ...question.payload.variables, after }, question.field, 'after');
  let over = false;
  let heard = false;
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
    const unheard = !heard;
    // Sent again after a lost connection it would be asked again.
    if (unheard) leave();
    for (let tries = 1; !over; tries++) {
      try {
        await question.cancel();
        if (unheard) follow();
        return;
      } catch (error) {
        if (!hasCode(error, 'NOT_FOUND', 'UNREACHABLE', 'RATE_LIMITED')) return fail(error);
        // What follows an answer that was heard says when to give up. One that was not may still be on its way.
        if (unheard && error.code === 'NOT_FOUND' && tries >= TRIES_TO_FIND) return fail(signal?.reason);
        if (unheard && tries === TRIES_TO_REACH) return fail(error);
        await new Promise((resolve) => setTimeout(resolve, CANCEL_AGAIN_MS));
      }
    }
  }

  function follow(): void {
    leave = socket.follow(question.payload, position, {
      next(result) {
        heard = true;
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

  if (!signal?.aborted) {
    signal?.addEventListener('abort', stop);
    follow();
  } else void stop();
  return Object.assign(events, { clientRequestId: question.clientRequestId });
}
