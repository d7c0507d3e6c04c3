import { abortable, pause } from '../shared/abortable.js';
import { badInput } from '../shared/coded-error.js';
import type { RequestContext } from '../shared/request-context.js';
import { type ChatFields, chatById } from './chat.queries.js';
import { TutorDone, TutorFailed, TutorToken } from './chat.type.js';
import type { RunningAnswer } from './running-answer.js';

/** How far a subscriber may be behind an answer that another process writes. */
const POLL_MS = 200;

export type TutorEventRow = TutorToken | TutorDone | TutorFailed;

/**
 * An answer's text from `after` on (UTF-16 code units), stored and live, then its one terminal event. Leaving it does
 * not stop the answer.
 * @throws BAD_USER_INPUT on `after`, when it is within a surrogate pair
 */
export function followAnswer(ctx: RequestContext, chatId: number, after: number): AsyncGenerator<TutorEventRow, void> {
  return abortable(async function* (signal) {
    let position = after;
    const piece = (text: string): TutorToken | null => {
      if (text.length <= position) return null;
      if (position === after) requireBorder(text, after);
      const token = new TutorToken(chatId, position, text.slice(position));
      position = text.length;
      return token;
    };
    while (!signal.aborted) {
      const answer = ctx.tutor.answers.get(chatId);
      if (answer) yield* followLive(answer, piece, signal);
      if (signal.aborted) return;
      // Read after the live answer is over, so after its ending is committed.
      const chat = await chatById(ctx, chatId);
      if (!chat) return;
      const token = piece(chat.response);
      if (token) yield token;
      if (chat.status !== 'STREAMING') return yield terminalEvent(chat);
      if (!ctx.tutor.answers.get(chatId)) await pause(POLL_MS, signal);
    }
  });
}

async function* followLive(
  answer: RunningAnswer,
  piece: (text: string) => TutorToken | null,
  signal: AbortSignal,
): AsyncGenerator<TutorToken> {
  while (!answer.over && !signal.aborted) {
    const token = answer.mayShow ? piece(answer.text) : null;
    if (token) yield token;
    else await answer.changed(signal);
  }
}

function terminalEvent(chat: ChatFields): TutorDone | TutorFailed {
  return chat.status === 'COMPLETED' || chat.status === 'CANCELLED' ? new TutorDone(chat) : new TutorFailed(chat);
}

function requireBorder(text: string, after: number): void {
  if (after === 0 || !/^[\uDC00-\uDFFF]/.test(text.slice(after, after + 1))) return;
  throw badInput('after', 'This offset is within a character: send the length of the text that you have.');
}
