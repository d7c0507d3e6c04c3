import { promote } from '../../src/accounts/administer.service.js';
import { ok } from './client.js';
import {
  type CourseStatus,
  CreateCourseDocument,
  CreateLessonDocument,
  LoginDocument,
  RegisterDocument,
  type Role,
  SetTranscriptDocument,
} from './generated/graphql.js';
import type { TestServer } from './server.js';

export const PASSWORD = 'a quiet library';

export interface Person {
  id: string;
  username: string;
  email: string;
  token: string;
  refreshToken: string;
}

/** A registered account of that role, signed in. Names are unique within a server as long as `name` is. */
export async function person(server: TestServer, name: string, role: Role = 'STUDENT'): Promise<Person> {
  const email = `${name}@example.org`;
  const input = { username: name, email, password: PASSWORD, role: role === 'ADMIN' ? 'STUDENT' : role } as const;
  let { register: session } = await ok(server.url, RegisterDocument, { input });
  if (role === 'ADMIN') {
    await promote(server.app, email);
    session = (await ok(server.url, LoginDocument, { input: { email, password: PASSWORD } })).login;
  }
  const { accessToken: token, refreshToken, user } = session;
  return { id: user.id, username: name, email, token, refreshToken };
}

export const student = (server: TestServer, name = 'sam') => person(server, name, 'STUDENT');
export const instructor = (server: TestServer, name = 'ina') => person(server, name, 'INSTRUCTOR');
export const admin = (server: TestServer, name = 'ada') => person(server, name, 'ADMIN');

/** A course of the teacher's; published unless said otherwise. */
export async function courseOf(
  server: TestServer,
  teacher: Person,
  title = 'A course',
  status: CourseStatus = 'PUBLISHED',
): Promise<string> {
  const { createCourse } = await ok(server.url, CreateCourseDocument, { input: { title, status } }, teacher.token);
  return createCourse.id;
}

/** A lesson in a course of the teacher's, with a transcript when cues are given. */
export async function lessonOf(
  server: TestServer,
  teacher: Person,
  courseId: string,
  { title = 'A lesson', vtt, language = 'en' }: { title?: string; vtt?: string; language?: string } = {},
): Promise<string> {
  const input = { courseId, title };
  const { createLesson } = await ok(server.url, CreateLessonDocument, { input }, teacher.token);
  if (vtt !== undefined) {
    const transcript = { lessonId: createLesson.id, language, format: 'VTT', content: vtt } as const;
    await ok(server.url, SetTranscriptDocument, { input: transcript }, teacher.token);
  }
  return createLesson.id;
}

/** WebVTT of cues that begin at the given seconds, each until the next. */
export function vttOf(cues: readonly (readonly [startSeconds: number, text: string])[]): string {
  const time = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 23);
  const blocks = cues.map(([start, text], index) => {
    const end = cues[index + 1]?.[0] ?? start + 5;
    return `${time(start)} --> ${time(end)}\n${text}\n`;
  });
  return ['WEBVTT\n', ...blocks].join('\n');
}

/** A short lecture on sorting: cues of five seconds from 0:00 to 15:00, each with words of its own. */
export const SORTING_LECTURE = vttOf([
  [0, 'Welcome to this lecture on sorting.'],
  [5, 'We begin with a deck of playing cards.'],
  [300, 'Insertion sort takes each card and puts it in its place.'],
  [305, 'On a nearly sorted deck it is very fast.'],
  [600, 'Merge sort splits the deck in two halves.'],
  [605, 'Each half is sorted on its own.'],
  [610, 'Then the two sorted halves are merged.'],
  [760, 'The pivot divides the cards into smaller and larger ones.'],
  [765, 'A bad pivot makes quicksort slow.'],
  [770, 'A random pivot protects us from that.'],
  [890, 'Next time we will look at hashing.'],
  [895, 'Goodbye.'],
]);

/** A teacher's published course with one lesson, the lecture on sorting unless told otherwise, and a student. */
export async function classroom(server: TestServer, vtt: string = SORTING_LECTURE) {
  const teacher = await instructor(server);
  const courseId = await courseOf(server, teacher);
  const lessonId = await lessonOf(server, teacher, courseId, { vtt });
  return { teacher, courseId, lessonId, sam: await student(server) };
}
