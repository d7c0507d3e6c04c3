// Who is asked: the model itself, or a server between. Each gives `open()`, a place to ask from.
import { openSocket } from './socket.mjs';
import { askModel } from './sse.mjs';

/** Asks without a server between: what it answers has no row, and `ask` gives null for it. */
export function direct({ port }) {
  const ask = ({ message }, onText) =>
    new Promise((resolve, reject) => {
      askModel(port, message, onText, () => resolve(null), reject);
    });
  return { name: 'model', pid: null, open: async () => ({ ask, close() {} }) };
}

/** @param tokens of the students, taken in turn */
export function overSocket(name, { pid, port }, tokens = [null]) {
  let opened = 0;
  return { name, pid, open: () => openSocket(port, tokens[opened++ % tokens.length]) };
}
