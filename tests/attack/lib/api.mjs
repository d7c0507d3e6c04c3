// One operation by HTTP, as a client sends it.
import { request } from 'node:http';

/** @returns the field `made` of the data; throws when there is an error */
export async function make(port, query, variables, token) {
  const { status, text } = await send({ port }, JSON.stringify({ query, variables }), token);
  const { data, errors } = JSON.parse(text);
  if (errors) throw new Error(`${status}: ${errors.map(({ message }) => message).join('; ')}`);
  return data.made;
}

/** @param to as `http.request` takes it: the port, and an agent, a local address, a signal */
export function send(to, body, token) {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', path: '/graphql', method: 'POST', headers, ...to };
    request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode, text }));
      response.once('error', reject);
    })
      .once('error', reject)
      .end(body);
  });
}
