import { describe, expect, it } from '@jest/globals';
import { countMutations } from '../../src/accounts/throttles.js';
import { addressKey } from '../../src/shared/address-key.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { RegisterDocument } from '../support/generated/graphql.js';
import { PASSWORD } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { settableClock } from './clock.js';
import { from, post } from './post.js';
import { rowsOf } from './rows.js';

describe('registrations from an address', () => {
  const register = async (server: TestServer, name: string, address = '203.0.113.1', password = PASSWORD) => {
    const input = { username: name, email: `${name}@example.org`, password };
    return post(server, RegisterDocument, { input }, from(address));
  };

  it('are refused beyond the limit, for what is left of an hour', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock, env: { RATE_REGISTRATIONS_PER_ADDRESS: '2', TRUST_PROXY: '1' } });
    for (const name of ['one', 'two']) expect((await register(server, name)).code).toBe('OK');
    clock.pass(60_000);

    const { errors } = await register(server, 'three');

    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 3540 } }]);
    expect(await rowsOf(server, 'users')).toHaveLength(2);
    expect((await register(server, 'three', '203.0.113.2')).code).toBe('OK');
    clock.pass(3_540_000);
    expect((await register(server, 'four')).code).toBe('OK');
  });

  it('are not counted when the input is at fault, and not at all where the rate is 0', async () => {
    const server = await startTestServer({ env: { RATE_REGISTRATIONS_PER_ADDRESS: '1', TRUST_PROXY: '1' } });
    for (let typo = 0; typo < 3; typo++) {
      expect((await register(server, 'sam', undefined, 'short')).code).toBe('BAD_USER_INPUT');
    }
    expect((await register(server, 'sam')).code).toBe('OK');

    const open = await startTestServer({ env: { RATE_REGISTRATIONS_PER_ADDRESS: '0' } });
    for (const name of ['one', 'two', 'three']) expect((await register(open, name)).code).toBe('OK');
  });
});

describe('countMutations', () => {
  const viewer = { id: 1, role: 'STUDENT', sessionId: 1 } as const;
  const contextOf = ({ app }: TestServer, asker: RequestContext['viewer'] = viewer) =>
    ({ ...app, viewer: asker }) as RequestContext;
  const limited = (perMinute: number, clock = settableClock()) =>
    startTestServer({ clock, env: { RATE_MUTATIONS_PER_MINUTE: String(perMinute) } });
  const fields = (count: number) => Array<string>(count).fill('askTutor');

  it('counts every field at the root, and refuses an operation that goes beyond the limit', async () => {
    const clock = settableClock();
    const ctx = contextOf(await limited(3, clock));
    await countMutations(ctx, fields(2));
    clock.pass(20_000);

    const refusal = countMutations(ctx, fields(2));

    await expect(refusal).rejects.toMatchObject({ code: 'RATE_LIMITED', facts: { retryAfterSeconds: 40 } });
    // What was refused is not counted.
    await countMutations(ctx, fields(1));
    await expect(countMutations(ctx, fields(1))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    clock.pass(40_000);
    await countMutations(ctx, fields(3));
  });

  it('counts each account by itself', async () => {
    const server = await limited(1);
    await countMutations(contextOf(server), fields(1));

    await countMutations(contextOf(server, { ...viewer, id: 2 }), fields(1));

    await expect(countMutations(contextOf(server), fields(1))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('lets a session be renewed and ended without limit, and counts nothing of nobody', async () => {
    const server = await limited(1);
    await countMutations(contextOf(server), fields(1));

    await countMutations(contextOf(server), ['refreshSession', 'logout', '__typename']);
    await countMutations(contextOf(server, null), fields(5));

    await expect(countMutations(contextOf(server), ['logout', 'createCourse'])).rejects.toThrow('Too many changes');
  });

  it('is off where the rate is 0', async () => {
    const ctx = contextOf(await limited(0));

    await countMutations(ctx, fields(1000));
  });
});

describe('an address', () => {
  it.each([
    ['203.0.113.1', '203.0.113.1'],
    ['::ffff:203.0.113.1', '203.0.113.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::203.0.113.1', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['not an address', 'not an address'],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
