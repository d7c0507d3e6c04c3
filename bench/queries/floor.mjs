// A process of its own: the least that the same answers cost on Node. Prepared statements, JSON.stringify, a fixed path
// for each question; no GraphQL, and no question that is not foreseen.
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { cursorOf, database, PUBLISHED, placeOf } from './database.mjs';

const COURSES = `select c.id, c.title, c.description, c.thumbnail_url as thumbnailUrl, c.created_at as createdAt,
  c.instructor_id as instructorId, u.username from courses c join users u on u.id = c.instructor_id where ${PUBLISHED}`;
const LESSONS = `select l.id, l.title, l.video_url as videoUrl, l."order"
  from lessons l join courses c on c.id = l.course_id where ${PUBLISHED} and l.deleted_at is null`;
const page = database.prepare(`${COURSES} and (c.created_at, c.id) > (?, ?) order by c.created_at, c.id limit ?`);
const course = database.prepare(`${COURSES} and c.id = ?`);
const lessonsOf = database.prepare(`${LESSONS} and l.course_id = ? order by l."order"`);
const lesson = database.prepare(`${LESSONS} and l.id = ?`);
const account = database.prepare('select id, username, email from users where id = ? and is_active = 1');
const chats = database.prepare(`select id, message, response, created_at as createdAt from chat_history
  where user_id = ? and lesson_id = ? order by id limit 20`);

const PAGE = 20;
const secret = createSecretKey(Buffer.from(process.env.JWT_SECRET));
const answers = {
  catalogue(after) {
    const rows = page.all(...(after ? placeOf(after) : [0, 0]), PAGE + 1);
    const nodes = rows.slice(0, PAGE);
    const pageInfo = { hasNextPage: rows.length > PAGE, endCursor: cursorOf(nodes.at(-1)) };
    return { courses: { nodes: nodes.map(courseFrom), pageInfo } };
  },
  course(id) {
    const lessons = lessonsOf.all(Number(id)).map(lessonFrom);
    return { course: { ...courseFrom(course.get(Number(id))), lessons } };
  },
  lesson: (id) => ({ lesson: lessonFrom(lesson.get(Number(id))) }),
  chats(lessonId, { authorization }) {
    const { id, username, email } = account.get(viewerId(authorization));
    const nodes = chats.all(id, Number(lessonId)).map(chatFrom);
    return { me: { id: String(id), username, email }, chatHistory: { nodes } };
  },
};

function courseFrom({ id, title, description, thumbnailUrl, instructorId, username }) {
  return { id: String(id), title, description, thumbnailUrl, instructor: { id: String(instructorId), username } };
}

function lessonFrom({ id, title, videoUrl, order }) {
  return { id: String(id), title, videoUrl, order };
}

function chatFrom({ id, message, response, createdAt }) {
  return { id: String(id), message, response, createdAt: new Date(createdAt).toISOString() };
}

/** Who has signed in, by the token's signature (HS256) and its end alone. */
function viewerId(authorization) {
  const [header, claims, signature] = authorization.slice('Bearer '.length).split('.');
  const expected = createHmac('sha256', secret).update(`${header}.${claims}`).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'base64url'))) throw new Error('not a token of ours');
  const { sub, exp } = JSON.parse(Buffer.from(claims, 'base64url'));
  if (exp * 1000 < Date.now()) throw new Error('the token has ended');
  return Number(sub);
}

const server = createServer((request, response) => {
  const [, question, argument] = request.url.split('/');
  const body = JSON.stringify({ data: answers[question](argument, request.headers) });
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) };
  response.writeHead(200, headers).end(body);
});
server.keepAliveTimeout = 300_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
