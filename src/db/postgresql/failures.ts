/** What is known of an error of the database beside its message. MikroORM's wrappers copy it from the driver's errors. */
interface Failed {
  /** SQLSTATE of the server, or Node's name for a failed system call. */
  code?: string;
  /** Set by `PostgresClient` and `PostgresPool`. */
  lost?: boolean;
  commitUnknown?: boolean;
  previous?: unknown;
  cause?: unknown;
}

/** By its classes: EPIPE has five letters too. */
const SQLSTATE = /^(\d\d|F0|HV|P0|XX)[0-9A-Z]{3}$/;
/** The server ends the connection: an administrator, a crash, a start, too long idle in a transaction; class 08. */
const CONNECTION_ENDED = /^(57P0[1-5]|25P03|08...)$/;
/** A serialization failure and a deadlock: the server has undone the transaction, and asks for it again. */
const UNDONE = new Set(['40001', '40P01']);

/** Whether the connection is gone with the error, so that nothing more can be done on it. */
export function endsConnection(error: unknown): boolean {
  const { code = '' } = (error ?? {}) as Failed;
  return !SQLSTATE.test(code) || CONNECTION_ENDED.test(code);
}

/**
 * Says of an error that it ended the connection, and whether it was while the transaction was being committed. What
 * took all the time that it had is not called lost: it is not tried again, so that every wait has an end.
 */
export function markLost(error: unknown, commitUnknown: boolean): void {
  if (error instanceof Error) Object.assign(error, { lost: !isSilence(error), commitUnknown });
}

/** Whether nothing came in the time that was given, as from behind a network that is split. */
export function isSilence(error: unknown): boolean {
  // What the server says by itself has come.
  const { code = '' } = (error ?? {}) as Failed;
  return error instanceof Error && !SQLSTATE.test(code) && /timeout/i.test(error.message);
}

/** Whether a read may be sent again: it changes nothing, and its connection was lost. */
export function readMayRunAgain(error: unknown): boolean {
  return chain(error).some(({ lost }) => lost === true);
}

/**
 * Whether a transaction may be run again: the database has undone it, or its connection was lost before the commit was
 * sent. One whose commit was sent and not answered may have been committed, and is never repeated.
 */
export function transactionMayRunAgain(error: unknown): boolean {
  const failed = chain(error);
  if (failed.some(({ commitUnknown }) => commitUnknown)) return false;
  return failed.some(({ lost, code = '' }) => lost === true || UNDONE.has(code));
}

/** An error, what it wraps, and so on. */
function chain(error: unknown): Failed[] {
  const found: Failed[] = [];
  for (let each = error; each instanceof Error && found.length < 5; ) {
    found.push(each as Failed);
    each = (each as Failed).previous ?? each.cause;
  }
  return found;
}

/** Waits before the runs after the first; jittered, so that those that met do not meet again. */
const WAITS_MS = [5, 25, 100, 400];

/** Runs `work` again while `mayRunAgain` says so of what it threw, at most four times more, within a second. */
export async function retrying<T>(work: () => Promise<T>, mayRunAgain: (error: unknown) => boolean): Promise<T> {
  for (const waitMs of WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      if (!mayRunAgain(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())));
    }
  }
  return work();
}
