// The two ways to the server: an operation by HTTP, and a subscription on a socket of its own.
import { request } from 'node:http';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const CHAT = 'id message status response creditsCharged';
const EVENT = `... on TutorToken { chatId offset text } ... on TutorDone { chat { ${CHAT} } }
  ... on TutorFailed { code chat { ${CHAT} } }`;

export const ASK = `mutation ($input: AskTutorInput!, $wait: Boolean) { made: askTutor(input: $input, wait: $wait) { ${CHAT} } }`;
export const CANCEL = `mutation ($chatId: ID, $clientRequestId: String) {
  made: cancelTutor(chatId: $chatId, clientRequestId: $clientRequestId) { ${CHAT} } }`;
export const ASK_STREAM = `subscription ($input: AskTutorInput!, $after: Int) {
  event: askTutorStream(input: $input, after: $after) { ${EVENT} } }`;
export const ATTACH = `subscription ($chatId: ID!, $after: Int) { event: tutorTokens(chatId: $chatId, after: $after) { ${EVENT} } }`;

/** May be dropped before it is open, of which `ws` makes an error that nobody else listens for. */
class Socket extends WebSocket {
  constructor(...args) {
    super(...args);
    this.on('error', () => {});
  }
}

/** The server has answered, and refused. Everything else that is thrown is a lost connection. */
export class Refusal extends Error {
  constructor(errors) {
    super(errors.map(({ message }) => message).join('; '));
    this.code = errors[0]?.extensions?.code;
  }
}

/** One operation on a connection of its own: none that died with an earlier server is used again. */
export async function post(port, query, variables, token) {
  const { data, errors } = JSON.parse(await send(port, JSON.stringify({ query, variables }), token));
  if (errors) throw new Refusal(errors);
  return data.made;
}

function send(port, body, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers, agent: false };
    request(options, async (response) => {
      try {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve(text);
      } catch (error) {
        reject(error);
      }
    })
      .once('error', reject)
      .end(body);
  });
}

/**
 * Subscribes, and calls `onEvent` with each event in the turn in which it arrives.
 * @returns `over`: resolves when the operation is complete or was left, rejects with a Refusal or a lost connection;
 *   and `drop()`, which breaks the socket as a lost network does
 */
export function subscribe(port, query, variables, token, onEvent) {
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: Socket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const { promise: over, resolve, reject } = Promise.withResolvers();
  client.subscribe(
    { query, variables },
    {
      next({ data, errors }) {
        if (errors) return reject(new Refusal(errors));
        try {
          onEvent(data.event);
        } catch (violation) {
          reject(violation);
        }
      },
      error: (error) => reject(Array.isArray(error) ? new Refusal(error) : error),
      complete: resolve,
    },
  );
  return {
    over: over.finally(() => client.dispose()),
    drop() {
      resolve();
      client.terminate();
    },
  };
}
