// One attack by one client, for so many seconds, in a process of its own that gives way to the others.
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { ATTACKS } from './lib/attacks.mjs';

// A stranger's machine does not compute on the server's.
setPriority(10);
const [{ name, port, school, seconds }] = await once(process, 'message');
const count = { sent: 0, answered: 0, codes: {} };
const over = AbortSignal.timeout(seconds * 1000);
process.on('uncaughtException', (error) => {
  if (!['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ETIMEDOUT'].includes(error.code)) console.error(error);
});
const ended = once(over, 'abort');
ATTACKS[name]({ port, school, over, count }).catch((error) => console.error(name, error));
await ended;
process.send(count, () => process.exit());
