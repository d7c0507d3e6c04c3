import { describe, expect, it } from '@jest/globals';
import { ok, openSocket, refused } from '../support/client.js';
import { CreateCourseDocument, LogoutDocument } from '../support/generated/graphql.js';
import { instructor } from '../support/people.js';
import { startTestServer } from '../support/server.js';

const clockAt = () => {
  const clock = { offset: 0, now: Date.now, monotonic: () => performance.now() + clock.offset };
  return clock;
};

describe('rates of an account', () => {
  it('count its mutations over both transports, each alias singly, until the minute is over', async () => {
    const clock = clockAt();
    const server = await startTestServer({ env: { RATE_MUTATIONS_PER_MINUTE: '4' }, clock });
    const ina = await instructor(server);
    const create = 'createCourse(input:{title:"One"}){id}';
    await ok(server.url, CreateCourseDocument, { input: { title: 'One' } }, ina.token);
    const aliases = { query: `mutation{a:${create} b:${create} c:${create}}` };
    expect((await openSocket(server.url, ina.token).iterate(aliases).next()).value?.errors).toBeUndefined();
    const refusal = await refused(server.url, CreateCourseDocument, { input: { title: 'One' } }, ina.token);
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) });
    const eve = await instructor(server, 'eve');
    await ok(server.url, CreateCourseDocument, { input: { title: 'Hers' } }, eve.token);
    clock.offset += 60_000;
    await ok(server.url, CreateCourseDocument, { input: { title: 'One' } }, ina.token);
    await ok(server.url, LogoutDocument, {}, ina.token);
  });

  it('count what its operations cost, and of nobody by address', async () => {
    const clock = clockAt();
    const server = await startTestServer({ env: { RATE_COST_PER_MINUTE: '1000' }, clock });
    const query = '{courses(first:100){nodes{lessons{id}}}}'; // 1 + 100 × 21
    const cheap = '{courses(first:10){nodes{lessons{id}}}}'; // 211
    const codeOf = async (text: string) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query: text }),
      });
      const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
      return errors?.[0]?.extensions.code ?? 'ok';
    };
    expect(await codeOf(query)).toBe('RATE_LIMITED');
    const codes = [];
    for (let n = 0; n < 6; n++) codes.push(await codeOf(cheap));
    expect(codes).toEqual(['ok', 'ok', 'ok', 'ok', 'RATE_LIMITED', 'RATE_LIMITED']);
    clock.offset += 60_000;
    expect(await codeOf(cheap)).toBe('ok');
  });
});
