// A course with one lesson, its students, and their access tokens.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { post } from './api.mjs';

const PASSWORD = 'a quiet library';
const CAPTIONS = join(import.meta.dirname, '../../../demo/02-what-sorting-costs.en.vtt');
/** A token lives 15 minutes. */
const TOKEN_AGE_MS = 10 * 60_000;
const AUTH = 'accessToken user { id }';

/** @returns the students, each with `id`, `name` and `token`, and the lesson's id */
export async function openSchool(port, count) {
  const teacher = await register(port, 'teacher', 'INSTRUCTOR');
  const students = [];
  for (let number = 1; number <= count; number++) students.push(await register(port, `student${number}`, 'STUDENT'));
  const make = (field, type, input) =>
    post(port, `mutation ($input: ${type}!) { made: ${field}(input: $input) { id } }`, { input }, teacher.token);
  const course = await make('createCourse', 'CreateCourseInput', { title: 'Sorting', status: 'PUBLISHED' });
  const lesson = await make('createLesson', 'CreateLessonInput', { courseId: course.id, title: 'What sorting costs' });
  const content = readFileSync(CAPTIONS, 'utf8');
  await make('setTranscript', 'SetTranscriptInput', { lessonId: lesson.id, language: 'en', format: 'VTT', content });
  return { students, lessonId: lesson.id, teacher: { ...teacher, lessonId: lesson.id } };
}

/** Signs in again whose token will not last. */
export async function refreshTokens(port, students) {
  const query = `mutation ($input: LoginInput!) { made: login(input: $input) { ${AUTH} } }`;
  for (const student of students) {
    if (performance.now() - student.signedInAt < TOKEN_AGE_MS) continue;
    const { accessToken } = await post(port, query, { input: { email: emailOf(student.name), password: PASSWORD } });
    Object.assign(student, { token: accessToken, signedInAt: performance.now() });
  }
}

async function register(port, name, role) {
  const query = `mutation ($input: RegisterInput!) { made: register(input: $input) { ${AUTH} } }`;
  const input = { username: name, email: emailOf(name), password: PASSWORD, role };
  const { accessToken, user } = await post(port, query, { input });
  return { name, id: Number(user.id), token: accessToken, signedInAt: performance.now() };
}

function emailOf(name) {
  return `${name}@example.org`;
}
