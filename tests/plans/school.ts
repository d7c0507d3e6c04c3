import { transaction } from '../../src/shared/app.js';
import { ChatRow } from '../../src/tutor/chat.row.js';
import { execute } from '../accounts/rows.js';
import { insertCourses, insertLessons } from '../courses/catalogue.js';
import { ok } from '../support/client.js';
import { DeleteCourseDocument, DeleteLessonDocument, SetTranscriptDocument } from '../support/generated/graphql.js';
import { admin, instructor, type Person, student } from '../support/people.js';
import type { TestServer } from '../support/server.js';

/** Texts that a writer of JSON may get wrong. */
const AWKWARD = [
  'plain',
  'a "quoted" \\ back/slash',
  'lines\nand\ttabs\r\b\f',
  'controls \u0001\u001e\u001f\u007f',
  'separators \u2028 \u2029',
  'emoji 👩‍🏫 𝄞 and é ß 日本語',
  '},{"id":"1"}',
  '',
];

export interface School {
  viewers: Record<'nobody' | 'student' | 'owner' | 'other' | 'admin', string | undefined>;
  courses: number;
  lessons: number;
  chats: number;
}

/** Courses, drafts, deleted rows, transcripts and chats, with awkward texts in all of them. */
export async function fillSchool(server: TestServer): Promise<School> {
  const [owner, other, sam, ada] = [
    await instructor(server, 'ina'),
    await instructor(server, 'otto'),
    await student(server),
    await admin(server),
  ];
  const titles = Array.from({ length: 24 }, (_, index) => `${index} ${AWKWARD[index % AWKWARD.length]}`);
  const sameMoment = (index: number) => 1_700_000_000_123 + Math.floor(index / 3) * 1001;
  const courses = await insertCourses(server, owner, titles.slice(0, 18), sameMoment);
  courses.push(...(await insertCourses(server, other, titles.slice(18), sameMoment)));
  let lessons = 0;
  for (const [index, id] of courses.entries()) lessons += (await insertLessons(server, id, index % 5)).length;
  await execute(server, "update courses set status = 'DRAFT' where id % 5 = 0");
  await execute(
    server,
    "update courses set description = title, thumbnail_url = 'https://a.example/x' where id % 2 = 0",
  );
  await execute(server, 'update lessons set duration_seconds = id * 7 where id % 2 = 0');
  await execute(server, "update lessons set video_url = 'https://a.example/v' where id % 2 = 0");
  await execute(server, 'update lessons set uploaded_video_id = id where id % 3 = 0');
  await transcribe(server, owner, '2');
  await ok(server.url, DeleteCourseDocument, { id: courses[3] as string }, owner.token);
  await ok(server.url, DeleteLessonDocument, { id: '8' }, owner.token);
  const chats = await insertChats(server, sam);
  return {
    viewers: { nobody: undefined, student: sam.token, owner: owner.token, other: other.token, admin: ada.token },
    courses: courses.length,
    lessons,
    chats,
  };
}

async function transcribe(server: TestServer, owner: Person, lessonId: string): Promise<void> {
  const times = { en: ['00:01.000', '00:12.345'], id: ['00:00.500', '01:00.000'] };
  for (const [language, [from, to]] of Object.entries(times)) {
    const content = `WEBVTT\n\n${from} --> ${to}\nHello "there"`;
    const input = { lessonId, language, format: 'VTT', content } as const;
    await ok(server.url, SetTranscriptDocument, { input }, owner.token);
  }
}

async function insertChats(server: TestServer, asker: Person): Promise<number> {
  const count = 40;
  await transaction(server.app, async (em) => {
    for (let index = 0; index < count; index++) {
      const text = AWKWARD[index % AWKWARD.length] ?? '';
      const failed = index % 7 === 3;
      em.create(ChatRow, {
        userId: Number(asker.id),
        lessonId: index % 2 === 0 ? 2 : (index % 11) + 1,
        message: `Why ${text}?`,
        response: text,
        ...(index % 3 === 0 && { timestampVideo: '0:12', timestampSeconds: 12 }),
        status: failed ? 'FAILED' : 'COMPLETED',
        ...(failed && { failureCode: 'TUTOR_UNAVAILABLE', failureMessage: text }),
        citations: Array.from({ length: index % 4 }, (_, n) => ({
          lessonId: 2,
          timestamp: '0:12',
          startSeconds: n * 1.5,
          endSeconds: 12 + n / 1000,
          quote: text,
        })),
        truncated: index % 5 === 0,
        createdAt: 1_700_000_000_000 + index,
        ...(index % 2 === 0 && { completedAt: 1_700_000_001_000 + index }),
        provider: 'test',
        model: 'test',
        promptTokens: 1,
        priceInput: 0,
        priceOutput: 0,
        holdCredits: 0,
        creditsCharged: index,
      });
    }
  });
  const usage = `insert into ai_usage_logs (user_id, chat_id, provider, model, tokens_input, tokens_output, source, created_at)
    select user_id, id, provider, model, id, id * 2, 'PROVIDER', created_at from chat_history where id % 2 = 0`;
  await execute(server, usage);
  return count;
}
