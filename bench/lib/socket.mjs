// A student's socket: asks by askTutorStream over graphql-transport-ws and checks each event of the answer.
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

const QUERY = `subscription Ask($input: AskTutorInput!) {
  askTutorStream(input: $input) {
    __typename
    ... on TutorToken { chatId offset text }
    ... on TutorDone { chat { id status response citations { timestamp startSeconds quote } creditsCharged } }
    ... on TutorFailed { code message }
  }
}`;

/** @returns a connection that was acknowledged; `ask` calls `onText` for each token event and resolves with the chat */
export async function openSocket(port, token) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { perMessageDeflate: false });
  const answers = new Map();
  let opened;
  const lost = (reason) => {
    const error = new Error(`the socket was lost: ${reason}`);
    opened?.reject(error);
    for (const { reject } of answers.values()) reject(error);
  };
  socket.on('close', (code, reason) => lost(`${code} ${reason}`));
  socket.on('error', (error) => lost(error.message));
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString());
    if (message.type === 'ping') return socket.send('{"type":"pong"}');
    if (message.type === 'connection_ack') return opened.resolve();
    const answer = answers.get(message.id);
    try {
      take(answer, message);
    } catch (error) {
      answer.reject(error);
    }
  });
  const ready = new Promise((resolve, reject) => {
    opened = { resolve, reject };
  });
  const payload = token ? { authorization: `Bearer ${token}` } : {};
  socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
  await ready;

  return {
    close: () => socket.terminate(),
    ask(input, onText) {
      const id = randomUUID();
      // One that was asked before, by whichever socket, is followed.
      const variables = { input: { clientRequestId: id, ...input } };
      return new Promise((resolve, reject) => {
        answers.set(id, { onText, resolve, reject, length: 0, chat: null });
        socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query: QUERY, variables } }));
      });
    },
  };
}

function take(answer, message) {
  if (message.type === 'complete' && answer.chat) return answer.resolve(answer.chat);
  const event = message.payload?.data?.askTutorStream;
  if (event?.__typename === 'TutorToken' && event.offset === answer.length) {
    answer.length += event.text.length;
    answer.onText(event.text);
  } else if (event?.__typename === 'TutorDone' && event.chat.status === 'COMPLETED') answer.chat = event.chat;
  else throw new Error(`not what an answer looks like: ${JSON.stringify(message)}`);
}
