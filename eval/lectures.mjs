// The lectures that questions are asked about, loaded as an instructor loads them: the demo course, and six caption
// files of a real course where they lie beside the repository.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { register } from '../dist/accounts/account.service.js';
import { createCourse, updateCourse } from '../dist/courses/course.service.js';
import { createLesson } from '../dist/courses/lesson.service.js';
import { setTranscript } from '../dist/videos/set-transcript.service.js';
import { contextOf } from './context.mjs';

const DEMO = join(import.meta.dirname, '../demo');
const CORPUS = join(import.meta.dirname, '../../shared/corpus/captions');
const TALK = '48c991fb-083c-45e1-adad-930d2b11b11e';

const CORPUS_COURSE = {
  title: 'An open learning platform',
  lessons: [
    { name: 'talk', title: 'The state of the platform', languages: ['en', 'es'], file: TALK },
    { name: 'community', title: 'The community', languages: ['en'], file: 'b4cbbf59-b658-4a85-9dd7-80b5363d494b' },
    { name: 'what-is', title: 'What it is', languages: ['en'], file: '29425bc9-05c6-48fd-8232-c795ddf4e193' },
    { name: 'welcome', title: 'Welcome', languages: ['en'], file: 'fdfa686f-8b70-4437-a490-0459cc9f1f2a' },
    { name: 'promo', title: 'In one minute', languages: ['en'], file: '10840580-cf26-4aeb-8076-7cacf5eaf5ae' },
  ],
};

/** @returns per name ("demo/1", "corpus/talk") the lesson's id and its cues by language */
export async function loadLectures(app) {
  const account = {
    username: 'teacher',
    email: 'teacher@lectern.example',
    password: 'a quiet library',
    role: 'INSTRUCTOR',
  };
  const { user, sessionId } = await register(app, account);
  const viewer = { id: user.id, role: 'INSTRUCTOR', sessionId };
  const ctx = contextOf(app, viewer);
  const lectures = new Map();
  for (const { title, lessons } of courses()) {
    const course = await createCourse(ctx, { title, description: '' });
    for (const { name, title, transcripts } of lessons) {
      const lesson = await createLesson(ctx, { courseId: String(course.id), title });
      const cues = {};
      for (const { language, format, file } of transcripts) {
        const content = readFileSync(file, 'utf8');
        const { revisionId } = await setTranscript(ctx, { lessonId: String(lesson.id), language, format, content });
        cues[language] = await cuesOf(app, revisionId);
      }
      lectures.set(name, { lessonId: String(lesson.id), cues });
    }
    await updateCourse(ctx, String(course.id), { status: 'PUBLISHED' });
  }
  return lectures;
}

function courses() {
  const demo = JSON.parse(readFileSync(join(DEMO, 'course.json'), 'utf8'));
  const lessons = demo.lessons.map(({ title, transcripts }, index) => ({
    name: `demo/${index + 1}`,
    title,
    transcripts: transcripts.map(({ language, file }) => ({ language, format: 'VTT', file: join(DEMO, file) })),
  }));
  const found = [{ title: demo.title, lessons }];
  if (existsSync(CORPUS)) {
    const files = CORPUS_COURSE.lessons.map(({ name, title, languages, file }) => ({
      name: `corpus/${name}`,
      title,
      transcripts: languages.map((language) => ({
        language,
        format: 'SRT',
        file: join(CORPUS, `${file}-${language}.srt`),
      })),
    }));
    found.push({ title: CORPUS_COURSE.title, lessons: files });
  }
  return found;
}

function cuesOf(app, revisionId) {
  return app.read
    .selectFrom('transcriptCues')
    .select(['id', 'startMs', 'endMs', 'text'])
    .where('revisionId', '=', revisionId)
    .orderBy('id')
    .execute();
}
