import type { LecternError } from '@lectern/client';
import type { ChatFragment } from '../generated/graphql.ts';

/** A question and its answer, as far as they are known here. */
export interface Exchange {
  /** The same from the question on: of the chat message once it is known from the server. */
  key: string;
  chatId: string | null;
  /** Of a question asked on this page. */
  clientRequestId: string | null;
  message: string;
  timestampVideo: string | null;
  text: string;
  running: boolean;
  /** The message as it is stored, when its answer has ended. */
  chat: ChatFragment | null;
  /** Why it was refused, or could not be followed. */
  error: LecternError | Error | null;
}

export function exchangeOf(chat: ChatFragment): Exchange {
  return {
    key: chat.id,
    chatId: chat.id,
    clientRequestId: null,
    message: chat.message,
    timestampVideo: chat.timestampVideo ?? null,
    text: chat.response,
    running: chat.status === 'STREAMING',
    chat: chat.status === 'STREAMING' ? null : chat,
    error: null,
  };
}
