import { type Answer, type AnswerOptions, openAnswer } from './answer.js';
import { Events } from './events.js';
import { operations } from './generated/operations.js';
import type {
  AccountFieldsFragment,
  AskTutorInput,
  AuthFieldsFragment,
  JobFieldsFragment,
  LoginInput,
  RegisterInput,
} from './generated/types.js';
import { type Payload, post, type Result, type Sending } from './http.js';
import { errorOf, hasCode } from './lectern-error.js';
import type { Given, Method, TypedText } from './operation-text.js';
import { NoPosition, type Position } from './position.js';
import { requestId } from './request-id.js';
import { Session } from './session.js';
import { type ConnectionState, isRefusal, type Sink, Socket } from './socket.js';
import { memoryTokens, type TokenStore } from './token-store.js';

export interface LecternOptions {
  /** Of the server, with or without `/graphql`; in a page it may be relative to it. */
  url: string;
  /** Instead of the global one. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Instead of the global one. */
  webSocket?: typeof WebSocket | undefined;
  /** Where the session is kept; in memory when absent. */
  tokens?: TokenStore | undefined;
  /** How long the socket stays open for the next question. 0 when absent: then nothing keeps a process alive. */
  idleSocketMs?: number | undefined;
}

type Operations = typeof operations;
/** Those that sign in or out, and those that give many results, are methods of their own. */
type Own =
  | 'login'
  | 'register'
  | 'refreshSession'
  | 'logout'
  | 'deleteAccount'
  | 'askTutorStream'
  | 'tutorTokens'
  | 'jobProgress';

/** A method for each query and mutation: it takes the operation's variables, and gives what its field gives. */
export type OperationMethods = {
  [Name in keyof Operations as Name extends Own ? never : Name]: Method<Operations[Name], Sending>;
};

/** What a GraphQL client of another kind sends through: as whoever is signed in, with refresh and resume. */
export interface Transport {
  send(payload: Payload, sending?: Sending): Promise<Result>;
  follow(payload: Payload, position: Position, sink: Sink): () => void;
}

export interface Lectern extends OperationMethods {
  /** Signs in. @throws INVALID_CREDENTIALS, ACCOUNT_DISABLED, RATE_LIMITED */
  signIn(input: LoginInput, sending?: Sending): Promise<AccountFieldsFragment>;
  /** Makes an account and signs it in. @throws BAD_USER_INPUT with the field, EMAIL_TAKEN, USERNAME_TAKEN, RATE_LIMITED */
  register(input: RegisterInput, sending?: Sending): Promise<AccountFieldsFragment>;
  /** Ends the session. It is forgotten here also when the server cannot be told. @throws UNREACHABLE then */
  signOut(): Promise<void>;
  /** Deletes the signed-in account for ever. @throws INVALID_CREDENTIALS, CONFLICT, RATE_LIMITED */
  deleteAccount(variables: { password: string }, sending?: Sending): Promise<boolean>;
  /** Whose session it is; null when nobody is signed in. The server is not asked. */
  userId(): Promise<string | null>;
  /** Calls `listener` whenever somebody else, or nobody, is signed in: also because the session has ended, or in another tab. */
  onSession(listener: (userId: string | null) => void): () => void;

  /** Asks about a lesson, at once, and gives the answer as it is written. @throws while it is read: what `askTutorStream` refuses with */
  ask(question: AskTutorInput, options?: AnswerOptions): Answer;
  /** Takes up an answer, running or ended. @throws while it is read: UNAUTHENTICATED, NOT_FOUND, BAD_USER_INPUT */
  follow(chat: { chatId: string }, options?: AnswerOptions): Answer;
  /** A job as it is, then with each change, until it has ended. @throws while it is read: UNAUTHENTICATED, NOT_FOUND */
  jobProgress(job: { id: string }): AsyncIterableIterator<JobFieldsFragment>;
  /** Calls `listener` with the state of the connection that answers come by, now and whenever it changes. */
  onConnection(listener: (state: ConnectionState) => void): () => void;

  /** An operation of your own: its whole data. */
  request<R, V>(document: TypedText<R, V>, ...given: Given<V, Sending>): Promise<R>;
  readonly transport: Transport;
  /** Ends what is being followed, and the socket. */
  close(): void;
}

export function createLectern(options: LecternOptions): Lectern {
  const fetch: typeof globalThis.fetch = options.fetch ?? ((...given) => globalThis.fetch(...given));
  const url = endpointOf(options.url);
  const session = new Session(options.tokens ?? memoryTokens(), exchange);
  const socket = new Socket(session, {
    url: url.replace(/^http/, 'ws'),
    webSocket: options.webSocket,
    idleSocketMs: options.idleSocketMs ?? 0,
  });

  /** Once more when the first answer was lost: within ten seconds the server gives the same successor again. */
  async function exchange(refreshToken: string): Promise<AuthFieldsFragment> {
    const payload = { query: operations.refreshSession, variables: { refreshToken } };
    const send = async (timeoutMs: number) => {
      const { data, errors } = await post(fetch, url, payload, { signal: AbortSignal.timeout(timeoutMs) });
      if (!data) throw errorOf(errors ?? []);
      return data.refreshSession as AuthFieldsFragment;
    };
    try {
      return await send(4_000);
    } catch (error) {
      if (error instanceof Error && (hasCode(error, 'UNREACHABLE') || error.name === 'TimeoutError'))
        return send(30_000);
      throw error;
    }
  }

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

  session.onChange(() => socket.renew());

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
    userId: async () => (await session.tokens())?.userId ?? null,
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
    close: () => socket.close(),
  };

  const methods = Object.entries(operations).map(([name, text]) => [
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
