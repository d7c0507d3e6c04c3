// Every attack by its name. Each comes from one client: one address, and one account where it is signed in.
import { createHash } from 'node:crypto';
import { again, connections, flood, pour, sockets } from './attack.mjs';
import { DOCUMENTS } from './documents.mjs';
import { captions } from './school.mjs';

const KIB = 1024;
const BIG = 8 * KIB * KIB;
const documents = Object.values(DOCUMENTS);
const nested = (times) => `{course(id:1)${'{lessons{course'.repeat(times)}{id}${'}}'.repeat(times)}}`;
const cues = (n) =>
  `{a${n}:lesson(id:1){transcripts{cues(first:995){startSeconds endSeconds text}}} b:lesson(id:${1 + (n % 48)}){transcripts{cues(first:112){startSeconds endSeconds text}}}}`;
const COMMON = 'the of to and a in that is it you we this so for on are be have as with';
const MOMENTS =
  'query($q:String!){searchMoments(query:$q,first:100){totalCount nodes{snippet timestamp lesson{title course{title}}}}}';
const wordsOf = (n) => {
  const all = COMMON.split(' ');
  return [...all.slice(n % 20), ...all.slice(0, n % 20)].join(' ');
};
const prefixesOf = (n) =>
  `th* an* in* so* wi* ha* yo* wh* be* ab* fr* go* wo* th* mo* so* kn* ju* li* ar* ${n}*`.slice(0, 200);
const variables = (value) => ({ query: 'query($id:ID!){course(id:$id){id}}', variables: { id: value } });
const nestedJson = (bytes, open, close) =>
  `${open.repeat(bytes / 2 / open.length)}1${close.repeat(bytes / 2 / open.length)}`;
const login = (alias, n) =>
  `${alias}:login(input:{email:"nobody${n}@example.org",password:"wrong horse ${n}"}){tokenType}`;
const register = (alias, n) =>
  `${alias}:register(input:{username:"u${n}",email:"u${n}@example.net",password:"a long enough word ${n}"}){tokenType}`;
const many = (count, made) => Array.from({ length: count }, (_, n) => made(n)).join(' ');
const ASK = 'mutation($l:ID!,$m:String!){askTutor(input:{lessonId:$l,message:$m},wait:true){id}}';
const ask = (n, school) => ({
  query: ASK,
  variables: { l: school.lessonIds[n % 2], m: `What do merges cost, the ${n}th time? ${'x'.repeat(3900)}` },
});
const subscribe = (id, query, variables) =>
  JSON.stringify({ id: String(id), type: 'subscribe', payload: { query, variables } });
const ASK_STREAM =
  'subscription($l:ID!,$r:String!){askTutorStream(input:{lessonId:$l,message:"What do merges cost?",clientRequestId:$r}){__typename}}';
const half = (headers) => `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${headers}\r\n\r\n`;

export const ATTACKS = {
  // Documents
  'deep nesting': flood((n) => ({ json: { query: nested(100 + (n % 350)) } })),
  'fragment fan-out': flood((n) => ({ json: { query: `${DOCUMENTS['fragment fan-out, 400 fragments']}#${n}` } })),
  'fragment cycles': flood((n) => ({ json: { query: `${DOCUMENTS['all fragment cycles']}#${n}` } })),
  '8 × 1,000 aliases': flood((n) => ({ json: { query: `{${many(1000, (a) => `a${a}:health{status}`)}}#${n}` } }), 8),
  'worst documents of 100 kB': flood((n) => ({ json: { query: `${documents[n % documents.length]}#${n}` } })),
  'overlapping fields': flood((n) => ({ json: { query: `${DOCUMENTS['overlapping fields, 149 of one name']}#${n}` } })),
  'unknown fields': flood((n) => ({ json: { query: `${DOCUMENTS['1,900 unknown fields']}#${n}` } })),
  introspection: flood((n) => ({ json: { query: `{__schema{types{name fields{name type{name}}}}}#${n}` } })),
  'nested variables, 98 kB': flood(() => ({
    body: `{"query":"query($id:ID!){course(id:$id){id}}","variables":{"id":${nestedJson(98 * KIB, '[', ']')}}}`,
    headers: { 'content-type': 'application/json' },
  })),
  'nested objects as variables, 98 kB': flood(() => ({
    body: `{"query":"mutation($i:LoginInput!){login(input:$i){tokenType}}","variables":{"i":${'{"email":'.repeat(10_000)}1${'}'.repeat(10_002)}`,
    headers: { 'content-type': 'application/json' },
  })),
  'a list of 49,000 variables': flood(() => ({ json: variables(Array(49_000).fill(1)) })),
  'an object of 9,000 variables': flood(() => ({
    json: {
      query: 'mutation($i:LoginInput!){login(input:$i){tokenType}}',
      variables: { i: Object.fromEntries(Array.from({ length: 9000 }, (_, n) => [`f${n}`, 1])) },
    },
  })),
  'variables for a list of ids': flood((_n, school) => ({
    json: {
      query: 'mutation($c:ID!,$l:[ID!]!){reorderLessons(courseId:$c,lessonIds:$l){id}}',
      variables: { c: school.courseIds[0], l: Array(45_000).fill(null) },
    },
    token: school.student.accessToken,
  })),
  // Operations that are allowed
  'cheap queries, 1,000 connections': flood(
    (n) => ({ json: { query: '{courses(first:1){nodes{id}}}', variables: { n } } }),
    1000,
  ),
  'costliest query, nobody': flood((n) => ({ json: { query: cues(n) } }), 200),
  'costliest query, a student': flood(
    (n, school) => ({ json: { query: cues(n) }, token: school.student.accessToken }),
    200,
  ),
  'searches of twenty words': flood((n) => ({ json: { query: MOMENTS, variables: { q: wordsOf(n) } } }), 200),
  'searches of twenty prefixes': flood(
    (n, school) => ({ json: { query: MOMENTS, variables: { q: prefixesOf(n) } }, token: school.student.accessToken }),
    200,
  ),
  'searches of one word': flood(
    (n) => ({ json: { query: MOMENTS, variables: { q: COMMON.split(' ')[n % 20] } } }),
    200,
  ),
  'searches of the catalogue': flood(
    (n) => ({
      json: {
        query: 'query($s:String){courses(search:$s){totalCount}}',
        variables: { s: `course ${'x '.repeat(80)}${n}` },
      },
    }),
    200,
  ),
  'persisted hashes': flood((n) => {
    const query = `{health{status}}#${n}${'x'.repeat(90_000)}`;
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    return { json: { query, extensions: { persistedQuery: { version: 1, sha256Hash } } } };
  }),
  'GET with a huge query string': flood((n) => ({
    method: 'GET',
    path: `/graphql?query=${'%7Bhealth%7D'.repeat(1200)}${n}`,
    headers: { 'apollo-require-preflight': '1' },
  })),
  'unknown paths': flood((n) => ({ method: 'GET', path: `/nothing/${n}` }), 256),
  // Accounts
  'wrong passwords': flood((n) => ({ json: { query: `mutation{${login('a', n)}}` } })),
  'wrong passwords, 20 at once': flood((n) => ({
    json: { query: `mutation{${many(20, (a) => login(`a${a}`, `${n}-${a}`))}}` },
  })),
  registrations: flood((n) => ({ json: { query: `mutation{${register('a', `${n}x`)}}` } })),
  'registrations, 20 at once': flood((n) => ({
    json: { query: `mutation{${many(20, (a) => register(`a${a}`, `${n}y${a}`))}}` },
  })),
  'refresh tokens': flood((n) => ({
    json: { query: `mutation{refreshSession(refreshToken:"${'t'.repeat(43)}${n}"){tokenType}}` },
  })),
  'access tokens that are none': flood((n) => ({
    json: { query: '{me{id}}' },
    token: `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(`{"sub":"${n}"}`).toString('base64url')}.${'x'.repeat(43)}`,
  })),
  'questions of a student': flood((n, school) => ({ json: ask(n, school), token: school.student.accessToken })),
  'questions of nobody': flood((n, school) => ({ json: ask(n, school) })),
  'changes of an instructor': flood((n, school) => ({
    json: { query: `mutation{${many(20, (a) => `a${a}:createCourse(input:{title:"${n}"}){id}`)}}` },
    token: school.instructor.accessToken,
  })),
  // Bodies and connections
  '8 MB by nobody': flood(() => ({ body: LARGE, headers: { 'content-type': 'application/json' } }), 16),
  '8 MB by a student': flood(
    (_n, school) => ({
      body: LARGE,
      headers: { 'content-type': 'application/json' },
      token: school.student.accessToken,
    }),
    16,
  ),
  '8 MB by an instructor': flood(
    (_n, school) => ({
      body: LARGE,
      headers: { 'content-type': 'application/json' },
      token: school.instructor.accessToken,
    }),
    16,
  ),
  'transcripts of 20,000 cues': flood(
    (_n, { instructor, ownLessonId }) => ({ json: transcript(ownLessonId), token: instructor.accessToken }),
    8,
  ),
  'bodies without an end': connections(64, (socket, { over }) => {
    socket.write(half('transfer-encoding: chunked'));
    const chunk = `${(64 * KIB).toString(16)}\r\n${' '.repeat(64 * KIB)}\r\n`;
    again(
      over,
      () => socket.writable,
      () => socket.writableLength < BIG && socket.write(chunk),
    ).catch(() => {});
  }),
  'slow headers': connections(2000, (socket, { over }) => {
    socket.write('POST /graphql HTTP/1.1\r\nhost: a\r\n');
    again(
      over,
      () => socket.writable,
      () => socket.write('x-a: b\r\n'),
      500,
    ).catch(() => {});
  }),
  'slow bodies': connections(2000, (socket, { over }) => {
    socket.write(half('content-length: 100000'));
    again(
      over,
      () => socket.writable,
      () => socket.write('{'),
      500,
    ).catch(() => {});
  }),
  'idle connections': connections(8000, () => {}),
  'connections opened and closed': connections(500, (socket) =>
    socket.end('GET /health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'),
  ),
  'pipelined requests': connections(4, (socket, { over, count }) => {
    const body = '{"query":"{courses(first:5){nodes{id title}}}"}';
    const request = half(`content-length: ${body.length}`) + body;
    again(
      over,
      () => socket.writable,
      () => {
        if (socket.writableLength > BIG) return;
        socket.write(request.repeat(1000));
        count.sent += 1000;
      },
    ).catch(() => {});
  }),
  'pipelined requests, never read': connections(4, (socket, { over, count }) => {
    socket.pause();
    const body = JSON.stringify({ query: cues(1) });
    const request = half(`content-length: ${body.length}`) + body;
    again(
      over,
      () => socket.writable,
      () => {
        if (socket.writableLength > BIG) return;
        socket.write(request.repeat(100));
        count.sent += 100;
      },
    ).catch(() => {});
  }),
  'uploads announced': flood((n, { instructor, ownLessonId }) => ({
    json: {
      query: 'mutation($i:CreateUploadInput!){createUpload(input:$i){uploadUrl}}',
      variables: { i: { lessonId: ownLessonId, filename: `${n}.mp4`, mimeType: 'video/mp4', sizeBytes: 1_000_000 } },
    },
    token: instructor.accessToken,
  })),
  'garbage to upload addresses': flood((n) => ({
    method: 'PATCH',
    path: `/uploads/${n}?signature=${'x'.repeat(43)}`,
    body: Buffer.alloc(64 * KIB),
    headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
  })),
  'captions, again and again': flood((_n, { captionsUrl }) => ({ method: 'GET', path: `${captionsUrl}` }), 200),
  'captions, never read': connections(500, (socket, { school }) => {
    socket.pause();
    socket.write(`GET ${school.captionsUrl} HTTP/1.1\r\nhost: a\r\n\r\n`.repeat(20));
  }),
  // WebSocket
  'sockets opened and closed': sockets(300, ({ socket }) => socket.close()),
  'sockets that stay, 5,000': sockets(5000, () => {}),
  'sockets without connection_init': sockets(5000, () => {}, { init: false }),
  'messages without an end': sockets(100, (on) => pour(on, () => '{"type":"ping"}')),
  'pings of the protocol': sockets(100, ({ socket, over, count }) =>
    again(
      over,
      () => socket.readyState === socket.OPEN,
      () => {
        for (let n = 0; n < 50 && socket.bufferedAmount < 1_000_000; n++) {
          socket.ping('x'.repeat(125));
          count.sent++;
        }
      },
    ),
  ),
  'frames of 128 kB': sockets(100, (on) =>
    pour(on, () => `{"type":"ping","payload":{"x":"${'x'.repeat(127 * KIB)}"}}`),
  ),
  'frames of 128 kB of nested JSON': sockets(100, (on) =>
    pour(on, () => `{"type":"ping","payload":{"x":${nestedJson(126 * KIB, '[', ']')}}}`),
  ),
  'messages in many fragments': sockets(100, ({ socket, over, count }) =>
    again(
      over,
      () => socket.readyState === socket.OPEN,
      () => {
        for (let n = 0; n < 200 && socket.bufferedAmount < 1_000_000; n++) {
          socket.send('x', { fin: false });
          count.sent++;
        }
      },
    ),
  ),
  'worst documents on sockets': sockets(100, (on) =>
    pour(on, (n) => subscribe(n, `${documents[n % documents.length]}#${n}`)),
  ),
  'costliest query on sockets': sockets(100, (on) => pour(on, (n) => subscribe(n, cues(n)))),
  'nested variables on sockets': sockets(100, (on) =>
    pour(on, (n) => subscribe(n, 'query($id:ID!){course(id:$id){id}}', { id: Array(40_000).fill(1) })),
  ),
  'subscriptions, 20 on each of 10 sockets': sockets(
    10,
    (on) => pour(on, (n) => subscribe(n, ASK_STREAM, { l: on.school.lessonIds[0], r: `r${n % 40}` })),
    { signedIn: true },
  ),
  'sockets that never read': sockets(100, ({ socket, ...on }) => {
    socket.pause();
    pour({ socket, ...on }, (n) => subscribe(n, cues(n)));
  }),
};

const LARGE = `{"query":"{health{status}}","variables":{"x":"${'x'.repeat(BIG - 100)}"}}`;
let made;
function transcript(lessonId) {
  made ??= captions(20_000);
  return {
    query: 'mutation($i:SetTranscriptInput!){setTranscript(input:$i){id}}',
    variables: { i: { lessonId, language: 'en', format: 'VTT', content: made } },
  };
}
