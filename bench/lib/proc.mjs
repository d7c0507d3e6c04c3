// What Linux knows about a process: CPU time, memory; and on which core it runs.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export const SERVER_CORE = 0;
export const LOAD_CORE = 1;
const TICK_US = 10_000;

const canPin = availableParallelism() > 1 && works('taskset', ['--version']);

/** A command line that keeps to one core, where the machine can do that and one is named. */
export function pinned(core, command, args) {
  return canPin && core !== null ? ['taskset', ['-c', String(core), command, ...args]] : [command, args];
}

/** Moves this process, with the threads that it already has, to the core of the load. */
export function pinSelf() {
  if (canPin) execFileSync('taskset', ['-a', '-p', '-c', String(LOAD_CORE), String(process.pid)]);
  else console.warn('taskset or a second core is missing: server and load share cores, and the figures are rougher.');
}

/**
 * Measures a process of the server's core lap by lap: microseconds on a CPU, and the share of the time for which other
 * processes had that core, or other machines of the same host.
 */
export function startMeter(pid) {
  const read = () => ({ cpuUs: cpuUs(pid), busyUs: coreBusyUs(SERVER_CORE), atMs: performance.now() });
  let last = read();
  return () => {
    const before = last;
    last = read();
    const own = last.cpuUs - before.cpuUs;
    const others = last.busyUs - before.busyUs - own;
    return { cpuUs: own, othersShare: Math.max(0, others / 1000 / (last.atMs - before.atMs)) };
  };
}

/** MiB of memory now (VmRSS) or at most so far (VmHWM). */
export function residentMib(pid, field = 'VmRSS') {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)[1]) / 1024;
}

/** Microseconds on a CPU so far, user and system, all threads. */
export function cpuUs(pid) {
  // Nanoseconds: /proc/…/stat would count in steps of 10 ms.
  const ran = (thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + ran(thread), 0) / 1000;
}

/** Microseconds for which a core was not idle, or all of them together: with other machines of the same host. */
export function coreBusyUs(core = '') {
  const line = readFileSync('/proc/stat', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`cpu${core} `));
  const [user, nice, system, , , interrupts, softInterrupts, stolen] = line.split(/ +/).slice(1).map(Number);
  return (user + nice + system + interrupts + softInterrupts + stolen) * TICK_US;
}

function works(command, args) {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
