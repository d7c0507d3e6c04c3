import type { TestServer } from '../support/server.js';

/** By what methods the last so many requests came. */
export function methodsOf(server: TestServer, last: number): string[] {
  return server
    .logLines()
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === 'request')
    .map(({ method }) => method)
    .slice(-last);
}
