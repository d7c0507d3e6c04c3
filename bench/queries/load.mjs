// A closed loop: each connection sends the next request as soon as the answer to its last is whole.
import { once } from 'node:events';
import { connect } from 'node:net';
import { percentile } from '../lib/figures.mjs';

const CONNECTIONS = 32;
const HEAD_END = '\r\n\r\n';
const ERRORS = '"errors":';

/** @param next gives the bytes of a request; an answer that is no 200 or holds errors has failed */
export async function load(port, seconds, next) {
  const tally = { milliseconds: [], failed: 0, firstFailure: null };
  const begun = performance.now();
  const until = begun + seconds * 1000;
  await Promise.all(Array.from({ length: CONNECTIONS }, () => converse(port, until, next, tally)));
  const { milliseconds, failed, firstFailure } = tally;
  return {
    answers: milliseconds.length,
    perSecond: milliseconds.length / ((performance.now() - begun) / 1000),
    p50Ms: percentile(milliseconds, 0.5),
    p99Ms: percentile(milliseconds, 0.99),
    failed,
    firstFailure,
  };
}

async function converse(port, until, next, tally) {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const closed = once(socket, 'close');
  let sentAt;
  let answer = null;
  const send = () => {
    sentAt = performance.now();
    socket.write(next());
  };
  socket.once('connect', send);
  socket.on('data', (bytes) => {
    answer = answer ? Buffer.concat([answer, bytes]) : bytes;
    if (!isWhole(answer)) return;
    const now = performance.now();
    tally.milliseconds.push(now - sentAt);
    if (answer.latin1Slice(9, 12) !== '200' || answer.includes(ERRORS)) {
      tally.failed++;
      tally.firstFailure ??= answer.toString();
    }
    answer = null;
    if (now < until) send();
    else socket.destroy();
  });
  await closed;
  if (performance.now() < until) throw new Error('the server closed a connection');
}

function isWhole(answer) {
  const headEnd = answer.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer.latin1Slice(0, headEnd));
  if (!length) throw new Error('an answer without content-length');
  return answer.length >= headEnd + HEAD_END.length + Number(length[1]);
}
