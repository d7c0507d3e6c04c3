import { type AnswerOptions, openAnswer } from './answer.js';
import { Events } from './events.js';
import { operations } from './generated/operations.js';
import type {
  AskTutorInput,
  AuthFieldsFragment,
  JobFieldsFragment,
  LoginInput,
  RegisterInput,
} from './generated/types.js';
import { type Payload, post, type Sending } from './http.js';
import type { Lectern, LecternOptions } from './lectern-api.js';
import { errorOf, hasCode, LecternError } from './lectern-error.js';
import type { TypedText } from './operation-text.js';
import { OWN_METHODS } from './own-methods.js';
import { NoPosition } from './position.js';
import { requestId } from './request-id.js';
import { Session } from './session.js';
import { type ConnectionState, isRefusal, Socket } from './socket.js';
import { memoryTokens } from './token-store.js';

/** A client of the server at `options.url`. */
export function createLectern(options: LecternOptions): Lectern {
  const fetch: typeof globalThis.fetch = options.fetch ?? ((...given) => globalThis.fetch(...given));
  const url = endpointOf(options.url);
  /** Once more when the first answer was lost: within ten seconds the server gives the same successor again. */
  const exchange = (refreshToken: string) =>
    refreshed(refreshToken, 4_000).catch((error) => {
      if (hasCode(error, 'UNREACHABLE')) return refreshed(refreshToken, 30_000);
      throw error;
    });

  async function refreshed(refreshToken: string, withinMs: number): Promise<AuthFieldsFragment> {
    const payload = { query: operations.refreshSession, variables: { refreshToken } };
    const signal = AbortSignal.timeout(withinMs);
    const { data, errors } = await post(fetch, url, payload, { signal }).catch((cause) => {
      throw signal.aborted ? new LecternError('UNREACHABLE', 'The server did not answer in time.', { cause }) : cause;
    });
    if (!data) throw errorOf(errors ?? []);
    return data.refreshSession as AuthFieldsFragment;
  }

  const session = new Session(options.tokens ?? memoryTokens(), exchange);
  const socket = new Socket(session, {
    url: url.replace(/^http/, 'ws'),
    webSocket: options.webSocket,
    idleSocketMs: options.idleSocketMs ?? 0,
  });

  const send = (payload: Payload, { headers, signal }: Sending = {}) =>
    session.send((accessToken) => {
      const authorization = accessToken !== undefined && { authorization: `Bearer ${accessToken}` };
      return post(fetch, url, payload, { headers: { ...headers, ...authorization }, signal });
    });

  async function request<R>(document: TypedText<R, never>, variables?: object, sending?: Sending): Promise<R> {
    if (typeof document === 'object' && 'kind' in document) {
      throw new TypeError('Send the text of a document: print(document), or codegen with documentMode "string".');
    }
    const { data, errors } = await send({ query: String(document), variables: { ...variables } }, sending);
    if (!data || errors) throw errorOf(errors ?? []);
    return data as R;
  }

  /** Without a token: whoever is signed in has nothing to do with who signs in. */
  async function begin(query: string, field: string, input: object, sending: Sending = {}) {
    const { data, errors } = await post(fetch, url, { query, variables: { input } }, sending);
    if (!data) throw errorOf(errors ?? []);
    const auth = data[field] as AuthFieldsFragment;
    await session.begin(auth);
    return auth.user;
  }

  const unhear = session.onChange((userId) => socket.become(userId));

  const own = {
    signIn: (input: LoginInput, sending?: Sending) => begin(operations.login, 'login', input, sending),
    register: (input: RegisterInput, sending?: Sending) => begin(operations.register, 'register', input, sending),
    async signOut() {
      try {
        await request(operations.logout as TypedText<unknown, never>);
      } catch (error) {
        if (!hasCode(error, 'UNAUTHENTICATED')) throw error;
      } finally {
        await session.forget();
      }
    },
    async deleteAccount(variables: { password: string }, sending?: Sending) {
      await request(operations.deleteAccount as TypedText<unknown, never>, variables, sending);
      await session.forget();
      return true;
    },
    userId: () => session.userId(),
    onSession: (listener: (userId: string | null) => void) => session.onChange(listener),
    ask(question: AskTutorInput, answerOptions: AnswerOptions = {}) {
      const clientRequestId = question.clientRequestId ?? requestId();
      const payload = { query: operations.askTutorStream, variables: { input: { ...question, clientRequestId } } };
      const isKnown = question.clientRequestId != null;
      const cancel = () => lectern.cancelTutor({ clientRequestId });
      return openAnswer(socket, { payload, field: 'askTutorStream', clientRequestId, isKnown, cancel }, answerOptions);
    },
    follow({ chatId }: { chatId: string }, answerOptions: AnswerOptions = {}) {
      const payload = { query: operations.tutorTokens, variables: { chatId } };
      const cancel = () => lectern.cancelTutor({ chatId });
      const facts = { clientRequestId: null, isKnown: true, cancel };
      return openAnswer(socket, { payload, field: 'tutorTokens', ...facts }, answerOptions);
    },
    jobProgress(job: { id: string }) {
      const events = new Events<JobFieldsFragment>(() => leave());
      const leave = socket.follow({ query: operations.jobProgress }, new NoPosition(job), {
        next(result) {
          if (isRefusal(result)) events.fail(errorOf(result.errors ?? []));
          else events.push(result.data?.jobProgress as JobFieldsFragment);
        },
        error: (error) => events.fail(error),
        complete: () => events.close(),
      });
      return events;
    },
    onConnection: (listener: (state: ConnectionState) => void) => socket.onState(listener),
    request,
    transport: { send, follow: socket.follow.bind(socket) },
    close() {
      unhear();
      socket.close();
    },
  };

  const methods = Object.entries(operations)
    .filter(([name]) => !(OWN_METHODS as readonly string[]).includes(name))
    .map(([name, text]) => [
      name,
      async (variables?: object, sending?: Sending) =>
        Object.values(await request(text as TypedText<object, never>, variables, sending))[0],
    ]);
  const lectern = { ...Object.fromEntries(methods), ...own } as unknown as Lectern;
  return lectern;
}

function endpointOf(given: string): string {
  const url = new URL(given, globalThis.location?.href);
  if (!url.pathname.endsWith('/graphql')) url.pathname = `${url.pathname.replace(/\/+$/, '')}/graphql`;
  return url.href;
}
