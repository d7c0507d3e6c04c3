import { startTestServer, type TestServer, type TestServerOptions, temporaryFolder } from '../support/server.js';

/** Two servers of one school, each with connections of its own: what two processes are to the database. */
export async function twoNodes(options: TestServerOptions = {}): Promise<[TestServer, TestServer]> {
  const dataDir = temporaryFolder();
  return [await startTestServer({ ...options, dataDir }), await startTestServer({ ...options, dataDir })];
}

/** Calls with each number below `count`, on both nodes by turns, all at once. */
export function atOnce<T>(
  nodes: readonly TestServer[],
  count: number,
  call: (node: TestServer, index: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => call(nodes[index % nodes.length] as TestServer, index)),
  );
}

/** How often each text occurs. */
export function tally(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}
