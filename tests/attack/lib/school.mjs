// A small school: eight courses of six lessons, a long transcript in some, and who learns and teaches there.
import { make } from './api.mjs';

const PASSWORD = 'a quiet library';
const COURSES = 8;
const LESSONS = 6;
const CUES = 1500;
const WORDS =
  'the of to and a in that is it you we this so for on are be have as with can what but not if or they at one there do from about all by your will know like just how an going which see get when up then would was these more some them sorting merges lists quickly pivot costs logarithm'.split(
    ' ',
  );

const ASK =
  'mutation ($lessonId: ID!) { made: askTutor(input: { lessonId: $lessonId, message: "What do merges cost?" }, wait: true) { id } }';

/** @returns ids, and tokens of a healthy student, of an attacking student and of an attacking instructor */
export async function openSchool(port) {
  const teacher = await register(port, 'teacher', 'INSTRUCTOR');
  const create = (field, type, input) =>
    make(port, `mutation ($input: ${type}!) { made: ${field}(input: $input) { id } }`, { input }, teacher.accessToken);
  const courseIds = [];
  const lessonIds = [];
  for (let course = 1; course <= COURSES; course++) {
    const title = `Course ${course}`;
    const { id: courseId } = await create('createCourse', 'CreateCourseInput', { title, status: 'PUBLISHED' });
    courseIds.push(courseId);
    for (let lesson = 1; lesson <= LESSONS; lesson++) {
      const { id } = await create('createLesson', 'CreateLessonInput', { courseId, title: `Lesson ${lesson}` });
      lessonIds.push(id);
      if (lesson > 2) continue;
      for (const language of ['en', 'de', 'fr', 'es', 'it']) {
        const input = { lessonId: id, language, format: 'VTT', content: captions(CUES) };
        await create('setTranscript', 'SetTranscriptInput', input);
      }
    }
  }
  const instructor = await register(port, 'attacking-teacher', 'INSTRUCTOR');
  const own = (field, type, input) =>
    make(
      port,
      `mutation ($input: ${type}!) { made: ${field}(input: $input) { id } }`,
      { input },
      instructor.accessToken,
    );
  const { id: courseId } = await own('createCourse', 'CreateCourseInput', { title: 'A trap' });
  const { id: ownLessonId } = await own('createLesson', 'CreateLessonInput', { courseId, title: 'A trap' });
  const healthy = await register(port, 'healthy', 'STUDENT');
  const { id: chatId } = await make(port, ASK, { lessonId: lessonIds[0] }, healthy.accessToken);
  const query = 'query ($id: ID!) { made: lesson(id: $id) { transcripts { captionsUrl } } }';
  const { transcripts } = await make(port, query, { id: lessonIds[0] });
  const { pathname, search } = new URL(transcripts[0].captionsUrl);
  return {
    chatId,
    captionsUrl: pathname + search,
    courseIds,
    lessonIds,
    healthy,
    student: await register(port, 'attacker', 'STUDENT'),
    instructor,
    ownLessonId,
  };
}

export function captions(count) {
  const at = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 23);
  const said = (n) => Array.from({ length: 9 }, (_, word) => WORDS[(n * 7 + word * word * 3) % WORDS.length]).join(' ');
  return `WEBVTT\n\n${Array.from({ length: count }, (_, n) => `${at(n * 4)} --> ${at(n * 4 + 4)}\n${said(n)}\n`).join('\n')}`;
}

async function register(port, username, role) {
  const input = { username, email: `${username}@example.org`, password: PASSWORD, role };
  const query = 'mutation ($input: RegisterInput!) { made: register(input: $input) { accessToken refreshToken } }';
  return { ...input, ...(await make(port, query, { input })) };
}
