// The data set that the workloads ask for: a school whose every value follows from its row's id.
export const INSTRUCTORS = 200;
export const USERS = 400;
export const COURSES = 1000;
export const LESSONS_PER_COURSE = 20;
export const LESSONS = COURSES * LESSONS_PER_COURSE;
export const CHATS = 100_000;
export const CHATS_PER_LESSON = 20;
export const CHAT_LESSONS_PER_STUDENT = 25;
/** Of every account, unless the seed is told another. */
export const PASSWORD = 'bench-password-0001';

const WORDS = (
  'adaptive algebra biology calculus chemistry compiler concurrency database design economics ethics geometry ' +
  'grammar history language learning logic memory network philosophy physics poetry practice probability reading ' +
  'science signal statistics syntax theory thinking topology tutor vector writing'
).split(' ');

export function user(id) {
  const isInstructor = id <= INSTRUCTORS;
  const username = `${isInstructor ? 'instructor' : 'student'}${five(id)}`;
  const email = `user${id}@example.org`;
  return { username, email, role: isInstructor ? 'INSTRUCTOR' : 'STUDENT', createdAt: Date.UTC(2020, 0, 1) };
}

export function course(id) {
  const createdAt = 1_600_000_000_000 + id * 60_000;
  return {
    title: `Course ${five(id)}: ${words(id, 4)}`,
    description: words(id + 7919, 22),
    thumbnailUrl: `https://cdn.example.org/thumbs/${id}.webp`,
    instructorId: ((id * 37) % INSTRUCTORS) + 1,
    createdAt,
    updatedAt: createdAt,
  };
}

export function lesson(id) {
  return {
    courseId: Math.floor((id - 1) / LESSONS_PER_COURSE) + 1,
    order: ((id - 1) % LESSONS_PER_COURSE) + 1,
    title: `Lesson ${five(id)} ${words(id + 31, 3)}`,
    videoUrl: `https://cdn.example.org/video/${id}.m3u8`,
  };
}

export function chat(id) {
  const group = Math.floor((id - 1) / CHATS_PER_LESSON);
  const createdAt = 1_700_000_000_000 + id * 1000;
  return {
    userId: INSTRUCTORS + 1 + Math.floor(group / CHAT_LESSONS_PER_STUDENT),
    lessonId: group * 4 + 2,
    message: words(id + 15_485_863, 8),
    response: words(id + 32_452_843, 24),
    createdAt,
    completedAt: createdAt,
  };
}

function five(number) {
  return String(number).padStart(5, '0');
}

/** So many words, by a xorshift generator. */
function words(seed, count) {
  let state = Math.imul(seed, 2654435761) >>> 0;
  const chosen = [];
  for (let index = 0; index < count; index++) {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    chosen.push(WORDS[state % WORDS.length]);
  }
  return chosen.join(' ');
}
