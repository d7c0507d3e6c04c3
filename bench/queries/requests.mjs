// A case of a workload as the HTTP request of a target, to be asked once or under load.

/** @param target a server with `port` and the students' `tokens`; `plain` has a path for each question, no GraphQL */
export function requestOf(target, { query, path }, { variables, student }) {
  const token = student === undefined ? null : target.tokens[student];
  const authorization = token ? { authorization: `Bearer ${token}` } : {};
  if (target.plain) return { method: 'GET', path: path(variables), headers: authorization, body: '' };
  const body = JSON.stringify({ query, variables });
  return { method: 'POST', path: '/graphql', headers: { ...authorization, 'content-type': 'application/json' }, body };
}

/** The bytes of a request on a connection that stays open. */
export function bytesOf(target, { method, path, headers, body }) {
  const all = { host: `127.0.0.1:${target.port}`, ...headers, 'content-length': Buffer.byteLength(body) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

/** @returns the data of the answer; fails unless it is whole and without errors */
export async function ask(target, { method, path, headers, body }) {
  const response = await fetch(`http://127.0.0.1:${target.port}${path}`, { method, headers, body: body || undefined });
  const text = await response.text();
  const { data, errors } = JSON.parse(text);
  if (response.status !== 200 || errors)
    throw new Error(`${target.name}: ${response.status} ${text} to ${body || path}`);
  return data;
}
