import { setFlagsFromString } from 'node:v8';

/** Of the V8 whose flags these are; an older one prints an error for a flag that it does not know. */
const LEAST_V8 = 14;

/**
 * Keeps V8's compilers from disturbing a server that shares a core with them: from what only the command line can say, for
 * whoever starts the server by its file.
 *
 * A job of Maglev's that is done waits for a thread that takes it down. Beside a busy event loop on one core none comes for
 * long: with 600 questions at once so many waited that they took 12 MB, which stay with the process. Taken down at once,
 * they take a core no longer.
 *
 * TurboFan takes up to 30 ms for a function that calls many, as those that run with each token do, and it is theirs after
 * 3,000 calls: when a class asks its first questions. A busy server has made 20,000 within seconds.
 */
export function easeCompileJobs(): void {
  if (Number.parseInt(process.versions.v8, 10) < LEAST_V8) return;
  setFlagsFromString('--no-maglev-destroy-on-background');
  setFlagsFromString('--invocation-count-for-turbofan=20000');
}
