import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { sharedServer } from '../server/shared-server.js';
import { request } from '../support/client.js';
import { PASSWORD, type Person, student } from '../support/people.js';
import { rowsOf } from './rows.js';

const BAD_TOKEN = 'of.no.use';

describe('an operation with a token that is not valid', () => {
  const server = sharedServer();
  let names = 0;
  const someone = () => student(server, `student-${names++}`);
  const run = (text: string, variables = {}) => request(server.url, parse(text), variables, BAD_TOKEN);

  const credentials = (email: string) => `{ email: "${email}", password: "${PASSWORD}" }`;
  const account = (name: string) => `{ username: "${name}", email: "${name}@example.org", password: "${PASSWORD}" }`;

  it.each([
    ['health', () => '{ health { status } }'],
    ['register', () => `mutation { register(input: ${account('ada')}) { expiresIn } }`],
    ['login', ({ email }) => `mutation { login(input: ${credentials(email)}) { expiresIn } }`],
    ['refreshSession', ({ refreshToken: r }) => `mutation { refreshSession(refreshToken: "${r}") { expiresIn } }`],
    [
      'login under another name',
      ({ email }) => `mutation { logout: login(input: ${credentials(email)}) { expiresIn } }`,
    ],
    [
      'health in fragments',
      () =>
        '{ ...A ... on Query { __typename ...B } } fragment A on Query { health { status } } fragment B on Query { h: health { version } }',
    ],
  ] as [string, (sam: Person) => string][])('runs when it is %s', async (_what, operation) => {
    const { data, errors } = await run(operation(await someone()));

    expect(errors).toEqual([]);
    expect(data).not.toBeNull();
  });

  it.each([
    ['me', '{ me { id } }'],
    ['a list that anyone may read', '{ courses { totalCount } }'],
    ['health and me', '{ health { status } me { id } }'],
    ['me under the name of health', '{ health: me { id } }'],
    ['me in a fragment', '{ health { status } ...Mine } fragment Mine on Query { me { id } }'],
    [
      'me in a fragment of a fragment',
      '{ ...A } fragment A on Query { ...B health { status } } fragment B on Query { ... { me { id } } }',
    ],
    ['logout beside login', `mutation { login(input: ${credentials('eve@example.org')}) { expiresIn } logout }`],
    ['the schema', '{ __schema { queryType { name } } }'],
  ])('is refused whole when it is %s', async (_what, operation) => {
    const { data, errors } = await run(operation);

    expect(data).toBeNull();
    expect(errors).toEqual([
      { message: expect.stringContaining('refreshSession'), extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });

  it('does nothing of what is refused', async () => {
    const before = (await rowsOf(server, 'users')).length;

    const { data, errors } = await run(`mutation { register(input: ${account('eve')}) { expiresIn } logout }`);

    expect({ data, codes: errors.map(({ extensions }) => extensions.code) }).toEqual({
      data: null,
      codes: ['UNAUTHENTICATED'],
    });
    expect(await rowsOf(server, 'users')).toHaveLength(before);
  });
});
