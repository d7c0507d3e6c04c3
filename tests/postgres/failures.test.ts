import { describe, expect, it } from '@jest/globals';
import { endsConnection, isSilence, markLost, transactionMayRunAgain } from '../../src/db/postgresql/failures.js';

const failed = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

describe('an error of PostgreSQL', () => {
  it.each([
    ['a unique violation', failed('duplicate key', '23505'), false],
    ['a deadlock', failed('deadlock detected', '40P01'), false],
    ['an error that a function raised', failed('no', 'P0001'), false],
    ['a statement that took too long', failed('canceling statement due to statement timeout', '57014'), false],
    ['an administrator’s command', failed('terminating connection', '57P01'), true],
    ['a stopped transaction', failed('terminating connection due to idle-in-transaction timeout', '25P03'), true],
    ['a pipe that broke', failed('write EPIPE', 'EPIPE'), true],
    ['a reset', failed('read ECONNRESET', 'ECONNRESET'), true],
    ['an end without a word', failed('Connection terminated unexpectedly'), true],
  ])('ends the connection or not: %s', (_what, error, ends) => {
    expect(endsConnection(error)).toBe(ends);
    expect(isSilence(error)).toBe(false);
  });

  it.each([
    ['a deadlock', failed('deadlock detected', '40P01'), true],
    ['a serialization failure', failed('could not serialize access', '40001'), true],
    ['a unique violation', failed('duplicate key', '23505'), false],
    ['a bug of ours', new TypeError('undefined'), false],
    ['a lost connection', lost('Connection terminated unexpectedly'), true],
    ['a lost connection within MikroORM’s own error', new Error('driver', { cause: lost('ECONNRESET') }), true],
    ['a commit that was not answered', lost('Connection terminated unexpectedly', true), false],
    ['an answer that did not come in time', lost('Query read timeout'), false],
  ])('lets its transaction run again or not: %s', (_what, error, mayRunAgain) => {
    expect(transactionMayRunAgain(error)).toBe(mayRunAgain);
  });
});

function lost(message: string, commitUnknown = false): Error {
  const error = new Error(message);
  markLost(error, commitUnknown);
  return error;
}
