import { setFlagsFromString } from 'node:v8';

/** Of the V8 whose flags these are; an older one prints an error for a flag that it does not know. */
const LEAST_V8 = 14;

/**
 * Keeps V8's compilers from disturbing a server that shares a core with them: from what only the command line can say, for
 * whoever starts the server by its file.
 *
 * A job of Maglev's that is done waits for a thread that takes it down. Beside an event loop that is busy on the same core
 * they wait long: after 600 questions those that did had 12 MB, which stay with the process. Here each is taken down at once,
 * for which no more CPU time was measured.
 *
 * TurboFan takes up to 30 ms for a function that calls many others, as those do that run with each token, and it compiles them
 * after 3,000 calls: while a class asks its first questions. Of 20,000 calls the price is that a busy server compiles its queries
 * later too: on a slow core they cost up to a fifth more meanwhile (docs/performance.md).
 *
 * Maglev comes after 60 calls instead of 400, and waits as many after what was learned last instead of 500: most of what a
 * question runs is called once for each, and costs half as much again until it is compiled. Neither flag does much without
 * the other. Much sooner is worse again: what is compiled has seen too little, and is compiled anew.
 */
export function easeCompileJobs(): void {
  if (Number.parseInt(process.versions.v8, 10) < LEAST_V8) return;
  setFlagsFromString('--no-maglev-destroy-on-background');
  setFlagsFromString('--invocation-count-for-turbofan=20000');
  setFlagsFromString('--invocation-count-for-maglev=60');
  setFlagsFromString('--minimum-invocations-after-ic-update=60');
}
