// `npm run bench:seed`: migrates the database that the settings name and writes the benchmark's school into it. Every
// account has the password of BENCH_PASSWORD. Run it on an empty DATA_DIR.
import 'reflect-metadata';
import { hashPassword } from '../dist/accounts/password.js';
import { searchText } from '../dist/courses/course.service.js';
import { readConfig } from '../dist/server/config.js';
import { openApp } from '../dist/server/start.js';
import { transaction } from '../dist/shared/app.js';
import * as school from './lib/school.mjs';

const CREDITS = 1_000_000;
/** A statement may hold so many values in SQLite and in PostgreSQL. */
const MOST_VALUES = 30_000;
const ANSWERED = {
  status: 'COMPLETED',
  citations: '[]',
  truncated: 0,
  provider: 'bench',
  model: 'bench',
  promptTokens: 0,
  priceInput: 0,
  priceOutput: 0,
  holdCredits: 0,
  creditsCharged: 0,
};

const password = process.env.BENCH_PASSWORD ?? school.PASSWORD;
const { app, close } = await openApp({ ...readConfig(), logLevel: 'warn' });
try {
  const passwordHash = await hashPassword(app, password, async () => {});
  await transaction(app, async (em) => {
    const write = (table, count, row) => insertAll(em, table, count, row);
    await write('users', school.USERS, (id) => {
      const user = school.user(id);
      return { id, ...user, usernameKey: user.username, passwordHash, isActive: 1, credits: CREDITS };
    });
    await write('credit_entries', school.USERS, (id) => {
      const { createdAt } = school.user(id);
      return { id, userId: id, amount: CREDITS, balanceAfter: CREDITS, reason: 'SIGNUP', createdAt };
    });
    await write('courses', school.COURSES, (id) => {
      const course = school.course(id);
      return { id, ...course, status: 'PUBLISHED', searchText: searchText(course.title, course.description) };
    });
    await write('lessons', school.LESSONS, (id) => {
      const lesson = school.lesson(id);
      const { createdAt } = school.course(lesson.courseId);
      return { id, ...lesson, createdAt, updatedAt: createdAt };
    });
    await write('chat_history', school.CHATS, (id) => ({ id, ...school.chat(id), ...ANSWERED }));
  });
} finally {
  await close();
}

async function insertAll(em, table, count, row) {
  const width = Object.keys(row(1)).length;
  const batch = Math.floor(MOST_VALUES / width);
  for (let from = 1; from <= count; from += batch) {
    const rows = Array.from({ length: Math.min(batch, count - from + 1) }, (_, index) =>
      inSnakeCase(row(from + index)),
    );
    await em.getKysely().insertInto(table).values(rows).execute();
  }
}

function inSnakeCase(row) {
  const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [snake(name), value]));
}
