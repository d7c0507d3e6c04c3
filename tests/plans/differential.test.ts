import { describe, expect, it } from '@jest/globals';
import { createSchema } from '../../src/server/schema.js';
import { startTestServer, type TestServer, temporaryFolder } from '../support/server.js';
import { type Generated, OperationGenerator } from './operations.js';
import { fillSchool } from './school.js';

const ROOTS = [
  'courses',
  'course',
  'lessons',
  'lesson',
  'me',
  'chatHistory',
  'chatMessage',
  'aiUsage',
  'creditHistory',
  'processingJobs',
];
const OPERATIONS = 400;
const TYPES = ['application/json', 'application/graphql-response+json'];
/** Of a request or of a moment, not of the answer. */
const OWN_HEADERS = new Set(['x-request-id', 'date']);

describe('a planned answer and an executed one', () => {
  it('are the same to the letter, for whoever asks and whatever is asked', async () => {
    const dataDir = temporaryFolder();
    const env = { RATE_COST_PER_MINUTE: '0', PUBLIC_URL: 'https://school.example' };
    const planned = await startTestServer({ dataDir, env });
    const school = await fillSchool(planned);
    const executed = await startTestServer({ dataDir, env, plans: false });
    const generator = new OperationGenerator(createSchema(), school, 7);
    const viewers = Object.entries(school.viewers);
    planned.statements();
    let plans = 0;
    for (let index = 0; index < OPERATIONS; index++) {
      const operation = generator.next(ROOTS);
      const [viewer, token] = viewers[index % viewers.length] as (typeof viewers)[number];
      const accept = TYPES[index % TYPES.length] as string;
      const [ours, theirs] = [
        await ask(planned, operation, accept, token),
        await ask(executed, operation, accept, token),
      ];
      if (planned.statements().some((sql) => /json_object|string_agg|'\{"/.test(sql))) plans++;
      expect({ viewer, operation, answer: ours }).toEqual({ viewer, operation, answer: theirs });
      // The same again: what was compiled or kept the first time is used now.
      expect({ viewer, operation, answer: await ask(planned, operation, accept, token) }).toEqual({
        viewer,
        operation,
        answer: theirs,
      });
    }
    expect(planned.logLines().filter((line) => line.includes('a plan failed'))).toEqual([]);
    // The comparison says nothing where both were executed.
    expect(plans).toBeGreaterThan(OPERATIONS / 2);
  }, 120_000);
});

async function ask({ url }: TestServer, { query, variables }: Generated, accept: string, token?: string) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const headers = [...response.headers].filter(([name]) => !OWN_HEADERS.has(name));
  return { status: response.status, headers, body: await response.text() };
}
