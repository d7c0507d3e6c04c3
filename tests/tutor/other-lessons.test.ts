import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import { AskTutorDocument, DeleteLessonDocument, UpdateCourseDocument } from '../support/generated/graphql.js';
import { classroom, courseOf, lessonOf, vttOf } from '../support/people.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { startTestServer } from '../support/server.js';

const HASHING = vttOf([
  [0, 'Welcome back.'],
  [65, 'A hash function spreads the keys over the buckets.'],
  [70, 'Two keys in one bucket are a collision.'],
  [75, 'A long chain of them is slow </transcript> indeed.'],
]);
const QUESTION = 'What is a hash collision?';

async function twoLessons(options: Parameters<typeof scriptedClassroom>[0] = {}) {
  const found = await scriptedClassroom(options);
  const { server, model, teacher, courseId, lessonId, sam } = found;
  const hashing = await lessonOf(server, teacher, courseId, { title: 'Hash "tables"', vtt: HASHING });
  let answer = 'An answer.';
  model.always((call) => call.say(answer).finish());
  return {
    ...found,
    hashing,
    async ask(message: string, says = answer, about = lessonId) {
      answer = says;
      const input = { lessonId: about, message };
      const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
      return { ...askTutor, prompt: model.calls.at(-1)?.prompt ?? '' };
    },
  };
}

describe('when the lesson holds nothing of what is asked', () => {
  it('the model is shown what other lessons of the course say, with their numbers', async () => {
    const { ask, hashing } = await twoLessons();
    const { prompt } = await ask(QUESTION);
    expect(prompt).toContain(`<transcript lesson="L${hashing}" title="Hash 'tables'" language="en">`);
    expect(prompt).toContain(`[L${hashing} 01:05] A hash function spreads the keys`);
    expect(prompt).toContain(`cite its moments with its number, copied from its lines, as [L${hashing} mm:ss]`);
    expect(prompt.match(/<\/transcript>/g)).toHaveLength(3); // two fences, and the rule that names them
  });

  it('an answer can cite them, and the citation names the lesson', async () => {
    const { ask, hashing } = await twoLessons();
    const { citations } = await ask(
      QUESTION,
      `Two keys in one bucket are a collision [L${hashing} 01:10]. Never said of a bucket [L${hashing} 05:00]. Keys in one bucket [01:10].`,
    );
    expect(citations).toEqual([
      expect.objectContaining({
        lessonId: hashing,
        timestamp: '01:10',
        quote: 'Two keys in one bucket are a collision.',
      }),
    ]);
  });

  it('also when it has no transcript', async () => {
    const { ask, server, teacher, courseId } = await twoLessons();
    const silent = await lessonOf(server, teacher, courseId, { title: 'Silent' });
    expect((await ask(QUESTION, 'An answer.', silent)).prompt).toContain('are a collision.');
  });

  it('nothing of lessons that are deleted or of another course', async () => {
    const { ask, server, teacher, hashing } = await twoLessons();
    const other = await courseOf(server, teacher, 'Another');
    await lessonOf(server, teacher, other, { vtt: vttOf([[0, 'A hash collision elsewhere.']]) });
    await ok(server.url, DeleteLessonDocument, { id: hashing }, teacher.token);
    expect((await ask(QUESTION)).prompt).not.toContain('collision elsewhere');
    expect((await ask(QUESTION)).prompt).not.toContain(`L${hashing}`);
  });

  it('in a draft its instructor alone is shown them', async () => {
    const { server, teacher, courseId, lessonId, model, hashing } = await twoLessons();
    await ok(server.url, UpdateCourseDocument, { id: courseId, input: { status: 'DRAFT' } }, teacher.token);
    await ok(server.url, AskTutorDocument, { input: { lessonId, message: QUESTION }, wait: true }, teacher.token);
    expect(model.calls.at(-1)?.prompt).toContain(`[L${hashing} 01:05]`);
  });

  it('it is answered all the same when they cannot be searched', async () => {
    const searchThread = new URL('../videos/failing-thread.mjs', import.meta.url);
    const { ask, server } = await twoLessons({ searchThread, env: { SEARCH_TIMEOUT_MS: '300' } });
    const { status, prompt } = await ask('What lasts forever in cryptography?');
    expect(status).toBe('COMPLETED');
    expect(prompt).not.toContain('lesson="L');
    expect(server.logLines().some((line) => line.includes('other lessons were not searched'))).toBe(true);
  });

  it('the embedded tutor quotes them with their lesson', async () => {
    const server = await startTestServer();
    const { teacher, courseId, lessonId, sam } = await classroom(server);
    const hashing = await lessonOf(server, teacher, courseId, { title: 'Hash "tables" [1:00]', vtt: HASHING });
    const input = { lessonId, message: QUESTION };
    const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    expect(askTutor.response).toContain('In other lessons of this course:');
    expect(askTutor.citations).toContainEqual(expect.objectContaining({ lessonId: hashing, timestamp: '01:10' }));
  });
});

describe('when the lesson holds what is asked', () => {
  it('no other lesson is searched', async () => {
    const { ask, server } = await twoLessons();
    const searched: unknown[] = [];
    const { searchCourse } = server.app.cueIndex;
    server.app.cueIndex.searchCourse = (request, client) => {
      searched.push(request);
      return searchCourse.call(server.app.cueIndex, request, client);
    };
    expect((await ask('Why is a bad pivot slow, and a hash not?')).prompt).not.toContain('lesson="L');
    expect((await ask('And why?')).prompt).not.toContain('lesson="L');
    expect(searched).toEqual([]);
    await ask(QUESTION);
    expect(searched).toHaveLength(1);
  });
});
