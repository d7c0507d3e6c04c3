import type { Answer, AnswerOptions } from './answer.js';
import type { operations } from './generated/operations.js';
import type {
  AccountFieldsFragment,
  AskTutorInput,
  JobFieldsFragment,
  LoginInput,
  RegisterInput,
} from './generated/types.js';
import type { Payload, Result, Sending } from './http.js';
import type { Given, Method, TypedText } from './operation-text.js';
import type { OWN_METHODS } from './own-methods.js';
import type { Position } from './position.js';
import type { ConnectionState, Sink } from './socket.js';
import type { TokenStore } from './token-store.js';

export interface LecternOptions {
  /** Of the server, with or without `/graphql`; in a page it may be relative to it. */
  url: string;
  /** Instead of the global one. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Instead of the global one. */
  webSocket?: typeof WebSocket | undefined;
  /** Where the session is kept; in memory when absent. */
  tokens?: TokenStore | undefined;
  /** How long the socket stays open for the next question, in pages; a process ends only after it. 0 when absent. */
  idleSocketMs?: number | undefined;
}

type Operations = typeof operations;
type Own = (typeof OWN_METHODS)[number];

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
