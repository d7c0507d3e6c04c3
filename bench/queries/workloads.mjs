// What is asked. Each workload has its query, the floor's path for the same question (none: the floor cannot be asked),
// and `cases(ask)`: what is asked in turn, each with variables and, where somebody has signed in, the student's number.
import * as school from '../lib/school.mjs';
import { randomFrom } from './random.mjs';
import { unusual } from './unusual.mjs';

/** How many students ask, each signed in. */
export const STUDENTS = 20;
const CASES = 2000;

export const usualWorkloads = {
  W1: {
    title: 'a page of the catalogue: 20 courses with their instructors',
    query: `query Catalogue($after: String) {
      courses(first: 20, after: $after, orderBy: OLDEST) {
        nodes { id title description thumbnailUrl instructor { id username } }
        pageInfo { hasNextPage endCursor }
      }
    }`,
    path: ({ after }) => `/catalogue/${after ?? ''}`,
    /** All pages, by the cursors of the server that is asked. */
    async cases(ask) {
      const pages = [{ variables: { after: null } }];
      for (;;) {
        const { pageInfo } = (await ask(pages.at(-1))).courses;
        if (!pageInfo.hasNextPage) return pages;
        pages.push({ variables: { after: pageInfo.endCursor } });
      }
    },
  },
  W2: {
    title: 'a course with its instructor and 20 lessons',
    query: `query Detail($id: ID!) {
      course(id: $id) {
        id title description thumbnailUrl
        instructor { id username }
        lessons { id title videoUrl order }
      }
    }`,
    path: ({ id }) => `/course/${id}`,
    cases: () => ids(school.COURSES),
  },
  W3: {
    title: 'a lesson',
    query: 'query One($id: ID!) { lesson(id: $id) { id title videoUrl order } }',
    path: ({ id }) => `/lesson/${id}`,
    cases: () => ids(school.LESSONS),
  },
  W4: {
    title: 'a signed-in student: me and 20 chats about a lesson',
    query: `query History($lessonId: ID!) {
      me { id username email }
      chatHistory(lessonId: $lessonId, first: 20) { nodes { id message response createdAt } }
    }`,
    path: ({ lessonId }) => `/chats/${lessonId}`,
    cases: () => numbered((index, random) => historyOf(index % STUDENTS, random)),
  },
};

export const unusualWorkloads = {
  W5: {
    title: 'unusual: another text each time, three fields at the root',
    query: unusual,
  },
};

function ids(limit) {
  return numbered((_, random) => ({ variables: { id: String(1 + random(limit)) } }));
}

/** A lesson about which the student has asked. */
function historyOf(student, random) {
  const group = student * school.CHAT_LESSONS_PER_STUDENT + random(school.CHAT_LESSONS_PER_STUDENT);
  const { lessonId } = school.chat(group * school.CHATS_PER_LESSON + 1);
  return { student, variables: { lessonId: String(lessonId) } };
}

/** The same cases for each target. */
function numbered(caseOf) {
  const random = randomFrom(CASES);
  return Array.from({ length: CASES }, (_, index) => caseOf(index, random));
}
