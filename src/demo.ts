// `npm run demo`: the server on a database of its own in DATA_DIR/demo, with a course, a student and an instructor.
import 'reflect-metadata';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { signAccessToken } from './accounts/access-token.js';
import { register } from './accounts/account.service.js';
import { findAccountId } from './accounts/administer.service.js';
import { openSession } from './accounts/session.service.js';
import { createCourse, updateCourse } from './courses/course.service.js';
import { createLesson } from './courses/lesson.service.js';
import { readConfig } from './server/config.js';
import { openApp, startServer } from './server/start.js';
import { type App, transaction } from './shared/app.js';
import type { RequestContext } from './shared/request-context.js';
import { setTranscript } from './videos/set-transcript.service.js';
import { CaptionFormat } from './videos/transcript.type.js';
import { addKnownVideo, type KnownVideo } from './videos/uploads/show-video.service.js';

const FOLDER = join(import.meta.dirname, '../demo');
const PAGE = join(import.meta.dirname, '../examples/learner/dist');
const STUDENT = {
  username: 'demo-student',
  email: 'student@lectern.example',
  password: 'watch-and-ask',
  role: 'STUDENT',
};
const INSTRUCTOR = {
  username: 'demo-instructor',
  email: 'instructor@lectern.example',
  password: 'teach-and-publish',
  role: 'INSTRUCTOR',
};

const QUESTION = `# A question is asked once for each clientRequestId: change it to ask anew.
subscription Ask {
  askTutorStream(
    input: {
      lessonId: 1
      timestampVideo: "12:40"
      message: "Why is 10,000 divided by 490 here?"
      clientRequestId: "my-first-question"
    }
  ) {
    __typename
    ... on TutorToken { offset text }
    ... on TutorDone {
      chat { id status response citations { timestamp startSeconds quote } creditsCharged }
    }
    ... on TutorFailed { code message }
  }
}`;

const CATALOGUE = `{
  me { username credits }
  courses {
    nodes { id title instructor { username } lessons { id order title durationSeconds transcripts { language cueCount } } }
  }
}`;

const settings = readConfig();
const config = {
  ...settings,
  dataDir: join(settings.dataDir, 'demo'),
  logLevel: 'warn',
  explorer: true,
  pageDir: settings.pageDir ?? (existsSync(join(PAGE, 'index.html')) ? PAGE : null),
};

if (!existsSync(config.dataDir)) await prepare(config.dataDir);

const server = await startServer(config, { explorerTabs: async () => tabs(server.app) });
console.log(`Lectern is at ${server.url} (tutor: ${server.app.tutor.model.provider})

  student     ${STUDENT.email}     password ${STUDENT.password}
  instructor  ${INSTRUCTOR.email}  password ${INSTRUCTOR.password}

Open it in a browser, and ask a lecture a question. With the form of the sign-in filled in:
  ${server.url}/sign-in#email=${STUDENT.email}&password=${STUDENT.password}

The API is at ${server.url}/graphql. In a browser GraphiQL has this question in its first tab, signed in as the student.
Press ▶.

${QUESTION}

Elsewhere, sign in first and send the token as "authorization: Bearer …" (over WebSocket in connectionParams):
  mutation { login(input: { email: "${STUDENT.email}", password: "${STUDENT.password}" }) { accessToken } }
`);
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => server.stop().then(() => process.exit(0)));

interface DemoCourse {
  title: string;
  description: string;
  lessons: {
    title: string;
    durationSeconds: number;
    transcripts: { language: string; file: string }[];
    video: { file: string; thumbnail: string } & Pick<KnownVideo, 'mimeType' | 'width' | 'height'>;
  }[];
}

/** Fills a folder beside the final one and renames it: the demo's data is there whole or not at all. */
async function prepare(dataDir: string): Promise<void> {
  const unfinished = `${dataDir}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  // Its videos take 3 MB: what must stay free is for uploads of unknown people.
  const uploads = { ...config.uploads, freeBytes: 0 };
  const { app, close } = await openApp({ ...config, dataDir: unfinished, uploads });
  await load(app).finally(close);
  renameSync(unfinished, dataDir);
}

async function load(app: App): Promise<void> {
  const { user, sessionId } = await register(app, INSTRUCTOR);
  await register(app, STUDENT);
  const ctx: RequestContext = {
    ...app,
    requestId: 'demo',
    address: '',
    userAgent: null,
    bodyBytes: 0,
    viewer: { id: user.id, role: 'INSTRUCTOR', sessionId },
    tokenFault: null,
    startedAt: app.clock.monotonic(),
    ended: false,
  };
  const demo: DemoCourse = JSON.parse(readFileSync(join(FOLDER, 'course.json'), 'utf8'));
  const course = await createCourse(ctx, { title: demo.title, description: demo.description });
  for (const { title, durationSeconds, transcripts, video } of demo.lessons) {
    const lesson = await createLesson(ctx, { courseId: String(course.id), title, durationSeconds });
    for (const { language, file } of transcripts) {
      const content = readFileSync(join(FOLDER, file), 'utf8');
      await setTranscript(ctx, { lessonId: String(lesson.id), language, format: CaptionFormat.VTT, content });
    }
    const { file, thumbnail, ...facts } = video;
    const files = { filename: basename(file), path: join(FOLDER, file), thumbnailPath: join(FOLDER, thumbnail) };
    await addKnownVideo(ctx, String(lesson.id), { ...files, ...facts, language: 'en', durationSeconds });
  }
  await updateCourse(ctx, String(course.id), { status: 'PUBLISHED' as never });
}

/** The explorer's tabs, with a fresh token of the demo student: only ever on the demo's own data. */
async function tabs(app: App) {
  const userId = await findAccountId(app, STUDENT.email);
  const { sessionId } = await transaction(app, (em) => openSession(app, em, userId));
  const headers = JSON.stringify({ authorization: `Bearer ${signAccessToken(app, userId, sessionId)}` }, null, 2);
  return [
    { query: QUESTION, headers },
    { query: CATALOGUE, headers },
  ];
}
