import { useApolloClient } from '@apollo/client/react';
import type { Answer } from '@lectern/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { lectern } from '../api.ts';
import { type ChatFragment, ChatHistoryDocument, MeDocument } from '../generated/graphql.ts';
import { type Exchange, exchangeOf } from './exchange.ts';

interface Question {
  message: string;
  timestampVideo: string | null;
  clientRequestId?: string;
}

export interface Tutor {
  exchanges: Exchange[];
  ask(question: Question): void;
  stop(exchange: Exchange): void;
  retry(exchange: Exchange): void;
}

/** The questions about a lesson: those of before, and what is being answered now, also when it was asked elsewhere. */
export function useTutor(lessonId: string, chats: readonly ChatFragment[]): Tutor {
  const apollo = useApolloClient();
  const [live, setLive] = useState<ReadonlyMap<string, Exchange>>(new Map());
  const following = useRef(new Map<string, { answer: Answer; stop: AbortController }>());

  const change = useCallback((key: string, next: Partial<Exchange> | ((was: Exchange) => Exchange)) => {
    setLive((all) => {
      const was = all.get(key);
      if (!was) return all;
      return new Map(all).set(key, typeof next === 'function' ? next(was) : { ...was, ...next });
    });
  }, []);

  const read = useCallback(
    async (exchange: Exchange) => {
      const { key, chatId, clientRequestId, message, timestampVideo } = exchange;
      if (following.current.has(key)) return;
      const stop = new AbortController();
      const options = { signal: stop.signal, after: exchange.text.length };
      const question = { lessonId, message, ...(timestampVideo && { timestampVideo }), clientRequestId };
      const answer =
        clientRequestId !== null ? lectern.ask(question, options) : lectern.follow({ chatId: chatId ?? '' }, options);
      following.current.set(key, { answer, stop });
      setLive((all) => new Map(all).set(key, exchange));
      // Painted once a frame, however many pieces come in between.
      let text = exchange.text;
      let frame = 0;
      const paint = () => {
        frame = 0;
        change(key, { text });
      };
      try {
        for await (const event of answer) {
          if (event.__typename === 'TutorToken') {
            text = text.slice(0, event.offset) + event.text;
            frame ||= requestAnimationFrame(paint);
            if (text.length === event.text.length) change(key, { chatId: event.chatId });
          } else {
            const { chat } = event;
            change(key, { chat, chatId: chat.id, text: chat.response, running: false });
            addToHistory(apollo, lessonId, chat);
            // What is left of the credits.
            void apollo.query({ query: MeDocument, fetchPolicy: 'network-only' }).catch(() => {});
          }
        }
      } catch (error) {
        change(key, { running: false, error: error instanceof Error ? error : new Error(String(error)) });
      } finally {
        cancelAnimationFrame(frame);
        following.current.delete(key);
      }
    },
    [apollo, change, lessonId],
  );

  // Answers that run already: of another device, or of this page before it was loaded anew.
  useEffect(() => {
    const asked = [...live.values()];
    for (const chat of chats) {
      if (chat.status === 'STREAMING' && !asked.some(({ chatId }) => chatId === chat.id)) void read(exchangeOf(chat));
    }
  }, [chats, live, read]);

  useEffect(() => {
    const all = following.current;
    // Left, not stopped: the answers go on, and are there when the lesson is opened again.
    return () => {
      for (const { answer } of all.values()) void answer.return?.();
    };
  }, []);

  const ask = useCallback(
    ({ message, timestampVideo, clientRequestId = crypto.randomUUID() }: Question) => {
      const facts = { message, timestampVideo, clientRequestId };
      void read({ ...facts, key: clientRequestId, chatId: null, text: '', running: true, chat: null, error: null });
    },
    [read],
  );
  const stop = useCallback(({ key }: Exchange) => following.current.get(key)?.stop.abort(), []);
  const retry = useCallback(
    (exchange: Exchange) => {
      const { message, timestampVideo, clientRequestId, key, error } = exchange;
      setLive((all) => new Map([...all].filter(([each]) => each !== key || error === null)));
      // What was lost on the way is the same question, which is never asked or charged twice. What has failed is a new one.
      const same = error !== null && clientRequestId !== null;
      if (error !== null && clientRequestId === null) void read({ ...exchange, error: null, running: true });
      else ask({ message, timestampVideo, ...(same && { clientRequestId }) });
    },
    [ask, read],
  );

  const stored = chats.filter(({ id }) => ![...live.values()].some(({ chatId }) => chatId === id)).map(exchangeOf);
  return { exchanges: [...stored, ...live.values()], ask, stop, retry };
}

function addToHistory(apollo: ReturnType<typeof useApolloClient>, lessonId: string, chat: ChatFragment): void {
  apollo.cache.updateQuery({ query: ChatHistoryDocument, variables: { lessonId } }, (history) => {
    if (!history || history.chatHistory.nodes.some(({ id }) => id === chat.id)) return history ?? undefined;
    const node = { __typename: 'ChatMessage', ...pick(chat) } as ChatFragment;
    return { ...history, chatHistory: { ...history.chatHistory, nodes: [...history.chatHistory.nodes, node] } };
  });
}

/** What the history has of a message; an event's has more. */
function pick(chat: ChatFragment): ChatFragment {
  const { id, message, response, timestampVideo, timestampSeconds, status } = chat;
  const { truncated, creditsCharged, failureCode, citations } = chat;
  const moments = citations.map(({ lessonId, timestamp, startSeconds, quote }) => ({
    __typename: 'Citation' as const,
    ...{ lessonId, timestamp, startSeconds, quote },
  }));
  const question = { id, message, response, timestampVideo, timestampSeconds, status };
  return { ...question, truncated, creditsCharged, failureCode, citations: moments };
}
