import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { describe, expect, it } from '@jest/globals';
import { transaction } from '../../src/shared/app.js';
import { CueRow } from '../../src/videos/cue.row.js';
import { cueId } from '../../src/videos/cue-id.js';
import { RevisionRow } from '../../src/videos/revision.row.js';
import { TranscriptRow } from '../../src/videos/transcript.row.js';
import { insertCourses, insertLessons, numbered } from '../courses/catalogue.js';
import { ok } from '../support/client.js';
import {
  AiUsageDocument,
  AskTutorDocument,
  ChatHistoryDocument,
  CourseInDepthDocument,
  CoursesInDepthDocument,
  CoursesWithoutCountDocument,
  CreditHistoryDocument,
  LessonByIdDocument,
  LessonsInDepthDocument,
  LessonsWithCuesDocument,
  SearchMomentsDocument,
  TranscriptsOfDocument,
} from '../support/generated/graphql.js';
import { instructor, student } from '../support/people.js';
import { type ScriptedModel, startScriptedModel } from '../support/scripted-model.js';
import { startTestServer, type TestServer } from '../support/server.js';

interface Size {
  courses: number;
  lessons: number;
  transcripts: number;
  asks: number;
}

const SMALL: Size = { courses: 3, lessons: 1, transcripts: 1, asks: 2 };
const LARGE: Size = { courses: 20, lessons: 4, transcripts: 3, asks: 7 };

/** What each list query may cost, however many rows it gives; a signed-in viewer's account is one statement. */
const EXECUTED = {
  'courses with instructor, lessons and transcripts': 6,
  'course with lessons, their course and transcripts': 8,
  'lessons with course and transcripts': 5,
  'lesson with course and transcripts': 3,
  'chatHistory with lesson, citations and usage': 5,
  'searchMoments with lesson and course': 2,
  creditHistory: 3,
  aiUsage: 3,
};

/** The same by plans: one statement, and one for a total count; a transcript as WebVTT is for the execution. */
const PLANNED: typeof EXECUTED = {
  'courses with instructor, lessons and transcripts': 2,
  'course with lessons, their course and transcripts': 8,
  'lessons with course and transcripts': 5,
  'lesson with course and transcripts': 1,
  'chatHistory with lesson, citations and usage': 3,
  creditHistory: 3,
  aiUsage: 3,
  'searchMoments with lesson and course': 2,
};

/** The statements that a query takes. Sweeps for answers and jobs that lost their owner go on beside it: not counted. */
async function count<T, V>(
  server: TestServer,
  document: TypedDocumentNode<T, V>,
  variables: V,
  token?: string,
): Promise<number> {
  server.statements();
  await ok(server.url, document, variables, token);
  return server.statements().filter((statement) => !/lease_expires_at|processing_jobs|uploads/.test(statement)).length;
}

/** A transcript of two cues for the lesson, in each of so many languages. */
async function insertTranscripts(server: TestServer, lessonId: string, languages: number): Promise<void> {
  const at = { createdAt: 1, updatedAt: 1 };
  await transaction(server.app, async (em) => {
    for (const language of ['en', 'id', 'fr'].slice(0, languages)) {
      const revisionId = await em.insert(RevisionRow, { createdAt: 1 });
      const cues = [0, 1000].map((startMs, position) => {
        return { id: cueId(revisionId, position), revisionId, startMs, endMs: startMs + 1000, text: 'A word.' };
      });
      await em.insertMany(CueRow, cues);
      await server.app.dialect.indexCues(em, cues);
      const facts = { language, revisionId, cueCount: 2, durationMs: 2000 };
      await em.insert(TranscriptRow, { lessonId: Number(lessonId), ...facts, ...at });
    }
  });
}

/** A catalogue of two teachers; gives the newest course and its first lesson. */
async function catalogue(server: TestServer, { courses, lessons, transcripts }: Size) {
  const ina = await instructor(server, 'ina');
  const otto = await instructor(server, 'otto');
  const half = Math.ceil(courses / 2);
  const courseIds = [
    ...(await insertCourses(server, ina, numbered('by ina', half))),
    ...(await insertCourses(server, otto, numbered('by otto', courses - half))),
  ];
  let lessonId = '';
  for (const courseId of courseIds) {
    const lessonIds = await insertLessons(server, courseId, lessons);
    for (const id of lessonIds) await insertTranscripts(server, id, transcripts);
    lessonId = lessonIds[0] ?? '';
  }
  return { courseId: courseIds.at(-1) ?? '', lessonId };
}

async function countAll(model: ScriptedModel, size: Size, plans: boolean): Promise<typeof EXECUTED> {
  const server = await startTestServer({ env: model.env, plans });
  const { courseId, lessonId } = await catalogue(server, size);
  const { token } = await student(server);
  for (const message of numbered('Question', size.asks)) {
    await ok(server.url, AskTutorDocument, { input: { lessonId, message }, wait: true }, token);
  }
  return {
    'courses with instructor, lessons and transcripts': await count(server, CoursesInDepthDocument, { first: 20 }),
    'course with lessons, their course and transcripts': await count(server, CourseInDepthDocument, { id: courseId }),
    'lessons with course and transcripts': await count(server, LessonsInDepthDocument, { courseId }),
    'lesson with course and transcripts': await count(server, LessonByIdDocument, { id: lessonId }),
    'chatHistory with lesson, citations and usage': await count(server, ChatHistoryDocument, { lessonId }, token),
    'searchMoments with lesson and course': await count(server, SearchMomentsDocument, { query: 'word' }),
    creditHistory: await count(server, CreditHistoryDocument, {}, token),
    aiUsage: await count(server, AiUsageDocument, {}, token),
  };
}

describe('the SQL statements of a list query', () => {
  it.each([
    ['executed', EXECUTED, false],
    ['planned', PLANNED, true],
  ] as const)('are as many for few rows as for many, %s', async (_how, statements, plans) => {
    const model = await startScriptedModel();
    model.always((call) => call.say('An answer.').finish());
    expect(await countAll(model, SMALL, plans)).toEqual(statements);
    expect(await countAll(model, LARGE, plans)).toEqual(statements);
  });

  it('are one less for the catalogue when its totalCount is not asked for', async () => {
    const server = await startTestServer();
    await catalogue(server, SMALL);
    const [withCount, without] = [
      await count(server, CoursesInDepthDocument, {}),
      await count(server, CoursesWithoutCountDocument, {}),
    ];
    expect(withCount - without).toBe(1);
  });

  it('are as many for the cues of one transcript as of several', async () => {
    const server = await startTestServer();
    const counts = [];
    for (const size of [SMALL, LARGE]) {
      const ina = await instructor(server, `ina${size.lessons}`);
      const [courseId = ''] = await insertCourses(server, ina, ['Sorting']);
      const lessonIds = await insertLessons(server, courseId, size.lessons);
      for (const id of lessonIds) await insertTranscripts(server, id, size.transcripts);
      counts.push({
        lesson: await count(server, TranscriptsOfDocument, { lessonId: lessonIds[0] ?? '' }),
        lessons: await count(server, LessonsWithCuesDocument, { courseId }),
      });
    }
    expect(counts[1]).toEqual(counts[0]);
  });
});
