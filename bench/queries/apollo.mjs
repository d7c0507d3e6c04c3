// A process of its own: Apollo Server as its guide sets it up, with Lectern's schema and a resolver for each field that
// is asked for. Prepared statements on the same file: a row by its id takes SQLite a few microseconds, without a loader.
import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { GraphQLError } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import jwt from 'jsonwebtoken';
import { cursorOf, database, PUBLISHED, placeOf } from './database.mjs';

const COURSE = `select c.id, c.title, c.description, c.thumbnail_url as thumbnailUrl, c.instructor_id as instructorId,
  c.status, c.created_at as createdAt, c.updated_at as updatedAt from courses c`;
const LESSON = `select l.id, l.course_id as courseId, l.title, l.video_url as videoUrl, l."order",
  l.duration_seconds as durationSeconds from lessons l join courses c on c.id = l.course_id
  where ${PUBLISHED} and l.deleted_at is null`;
const PLACE = '(c.created_at, c.id)';
const pages = {
  OLDEST: database.prepare(`${COURSE} where ${PUBLISHED} and ${PLACE} > (?, ?) order by c.created_at, c.id limit ?`),
  NEWEST: database.prepare(
    `${COURSE} where ${PUBLISHED} and ${PLACE} < (?, ?) order by c.created_at desc, c.id desc limit ?`,
  ),
};
const BEGINNING = { OLDEST: [0, 0], NEWEST: [Number.MAX_SAFE_INTEGER, 0] };
const courseCount = database.prepare(`select count(*) from courses c where ${PUBLISHED}`).pluck();
const course = database.prepare(`${COURSE} where ${PUBLISHED} and c.id = ?`);
const lesson = database.prepare(`${LESSON} and l.id = ?`);
const lessonsOf = database.prepare(`${LESSON} and l.course_id = ? order by l."order"`);
const lessonCount = database.prepare('select count(*) from lessons where course_id = ? and deleted_at is null').pluck();
const user = database.prepare('select id, username from users where id = ?');
const account = database.prepare('select id, username, email, role, credits from users where id = ? and is_active = 1');
const chats = database.prepare(`select id, message, response, status, created_at as createdAt from chat_history
  where user_id = ? and lesson_id = ? and id > ? order by id limit ?`);

const resolvers = {
  DateTime: GraphQLDateTime,
  Query: {
    courses(_, { first, after, orderBy }) {
      const begin = after ? placeOf(after) : BEGINNING[orderBy];
      return pageOf(pages[orderBy].all(...begin, first + 1), first, after, cursorOf);
    },
    course: (_, { id }) => course.get(Number(id)),
    lesson: (_, { id }) => lesson.get(Number(id)),
    lessons: (_, { courseId }) => lessonsOf.all(Number(courseId)),
    me: (_, _args, { viewer }) => signedIn(viewer),
    chatHistory(_, { lessonId, first, after }, { viewer }) {
      const rows = chats.all(signedIn(viewer).id, Number(lessonId), Number(after ?? 0), first + 1);
      return pageOf(rows, first, after, ({ id }) => String(id));
    },
  },
  CourseConnection: { totalCount: () => courseCount.get() },
  Course: {
    instructor: ({ instructorId }) => user.get(instructorId),
    lessons: ({ id }) => lessonsOf.all(id),
    lessonCount: ({ id }) => lessonCount.get(id),
  },
  Lesson: { course: ({ courseId }) => course.get(courseId) },
};

/** Rows that were read with a limit of one more than asked for, as a connection. */
function pageOf(rows, first, after, cursor) {
  const nodes = rows.slice(0, first);
  const edges = nodes.map((node) => ({ node, cursor: cursor(node) }));
  const pageInfo = {
    hasNextPage: rows.length > first,
    hasPreviousPage: Boolean(after),
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
  return { nodes, edges, pageInfo };
}

function signedIn(viewer) {
  if (!viewer) throw new GraphQLError('Sign in first.', { extensions: { code: 'UNAUTHENTICATED' } });
  return viewer;
}

const secret = createSecretKey(Buffer.from(process.env.JWT_SECRET));

async function context({ req }) {
  const [, token] = (req.headers.authorization ?? '').split(' ');
  if (!token) return { viewer: null };
  return { viewer: account.get(Number(jwt.verify(token, secret, { algorithms: ['HS256'] }).sub)) };
}

const typeDefs = readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8');
const server = new ApolloServer({ typeDefs, resolvers, introspection: true });
const { url } = await startStandaloneServer(server, { context, listen: { host: '127.0.0.1', port: 0 } });
console.log(new URL(url).port);
