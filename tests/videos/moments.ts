import { ok } from '../support/client.js';
import { SearchMomentsDocument, type SearchMomentsQueryVariables } from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, type Person, vttOf } from '../support/people.js';
import { startTestServer, type TestServer, type TestServerOptions } from '../support/server.js';

export type Said = readonly (string | readonly [startSeconds: number, text: string])[];

/** A teacher's server; what is said is loaded into new lessons. Cues without a time follow each other by 5 s. */
export async function speakingServer(options: TestServerOptions = {}) {
  const server = await startTestServer(options);
  const ina = await instructor(server);
  const courseId = await courseOf(server, ina);
  const say = (said: Said, into: { courseId?: string; teacher?: Person; language?: string } = {}) =>
    lessonOf(server, into.teacher ?? ina, into.courseId ?? courseId, {
      vtt: vttOf(said.map((each, index) => (typeof each === 'string' ? [index * 5, each] : each))),
      language: into.language ?? 'en',
    });
  return { server, ina, courseId, say };
}

export async function search(server: TestServer, variables: SearchMomentsQueryVariables, token?: string) {
  return (await ok(server.url, SearchMomentsDocument, variables, token)).searchMoments;
}

/** What is found, the best first, without marks. */
export async function found(server: TestServer, query: string, token?: string, courseId?: string): Promise<string[]> {
  const { nodes } = await search(server, { query, ...(courseId !== undefined && { courseId }) }, token);
  return nodes.map(({ snippet }) => snippet.replaceAll(/<\/?mark>/g, ''));
}
