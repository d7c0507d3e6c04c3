// A school on a fresh server, made over HTTP: students, and lessons with a real transcript.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PASSWORD = 'a quiet library';
/** With three answers running each: 51 at once. */
const STUDENTS = 17;
const REGISTRATIONS_AT_ONCE = 4;
const CAPTIONS = join(import.meta.dirname, '../../demo/01-what-searching-costs.en.vtt');

/** @returns access tokens of the students, and ids of two lessons: answers on one are no earlier turns on the other */
export async function settleIn(port) {
  const instructor = await register(port, 'instructor', 'INSTRUCTOR');
  const students = [];
  while (students.length < STUDENTS) {
    const names = Array.from({ length: REGISTRATIONS_AT_ONCE }, (_, index) => `student${students.length + index}`);
    students.push(...(await Promise.all(names.map((name) => register(port, name, 'STUDENT')))));
  }
  const make = (field, type, input, fields) =>
    request(port, `mutation ($input: ${type}!) { made: ${field}(input: $input) { ${fields} } }`, { input }, instructor);
  const course = { title: 'How Computers Find Things', status: 'PUBLISHED' };
  const { id: courseId } = await make('createCourse', 'CreateCourseInput', course, 'id');
  const content = readFileSync(CAPTIONS, 'utf8');
  const lessons = {};
  for (const name of ['main', 'flood']) {
    const lesson = { courseId, title: 'What searching costs', durationSeconds: 815 };
    const { id: lessonId } = await make('createLesson', 'CreateLessonInput', lesson, 'id');
    await make('setTranscript', 'SetTranscriptInput', { lessonId, language: 'en', format: 'VTT', content }, 'cueCount');
    lessons[name] = lessonId;
  }
  return { students, lessons };
}

async function register(port, username, role) {
  const query = 'mutation ($input: RegisterInput!) { made: register(input: $input) { accessToken } }';
  const input = { username, email: `${username}@example.org`, password: PASSWORD, role };
  return (await request(port, query, { input })).accessToken;
}

/** @returns an access token */
export async function signIn(port, email, password) {
  const query = 'mutation ($input: LoginInput!) { made: login(input: $input) { accessToken } }';
  return (await request(port, query, { input: { email, password } })).accessToken;
}

async function request(port, query, variables, token) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors || !data) throw new Error(`the server refused ${query}: ${JSON.stringify(errors)}`);
  return data.made;
}
