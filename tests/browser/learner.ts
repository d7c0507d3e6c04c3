import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { RequestContext } from '../../src/shared/request-context.js';
import { addKnownVideo } from '../../src/videos/uploads/show-video.service.js';
import { openBrowser } from '../support/browser.js';
import { ok } from '../support/client.js';
import { UpdateCourseDocument, UpdateLessonDocument } from '../support/generated/graphql.js';
import { classroom, PASSWORD, type Person } from '../support/people.js';
import { ROOT } from '../support/process.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { startTestServer, type TestServer, type TestServerOptions } from '../support/server.js';

export const PAGE_DIR = join(ROOT, 'examples/learner/dist');
const DEMO = join(ROOT, 'demo');

/** A server with the page, a scripted model, and the demo's first lecture with its video. */
export async function learnerSchool(options: TestServerOptions = {}) {
  if (!existsSync(PAGE_DIR)) throw new Error('The page is not built: npm run build:page');
  const model = await startScriptedModel();
  const env = { ...model.env, PAGE_DIR, ...options.env };
  const server = await startTestServer({ ...options, env });
  const vtt = readFileSync(join(DEMO, '01-what-searching-costs.en.vtt'), 'utf8');
  const school = await classroom(server, vtt);
  const { title, description, lessons } = JSON.parse(readFileSync(join(DEMO, 'course.json'), 'utf8'));
  const { courseId, lessonId, teacher } = school;
  await ok(server.url, UpdateCourseDocument, { id: courseId, input: { title, description } }, teacher.token);
  await ok(server.url, UpdateLessonDocument, { id: lessonId, input: { title: lessons[0].title } }, teacher.token);
  await addDemoVideo(server, teacher, lessonId);
  return { server, model, ...school };
}

/** As the demo does: a video of which all is known. */
export async function addDemoVideo({ app }: TestServer, teacher: Person, lessonId: string): Promise<void> {
  const ctx: RequestContext = {
    ...app,
    requestId: 'test',
    address: '',
    userAgent: null,
    bodyBytes: 0,
    viewer: { id: Number(teacher.id), role: 'INSTRUCTOR', sessionId: 0 },
    tokenFault: null,
    startedAt: app.clock.monotonic(),
    ended: false,
  };
  const name = join(DEMO, 'videos/01-what-searching-costs');
  const files = { filename: 'lecture.webm', path: `${name}.webm`, thumbnailPath: `${name}.jpg` };
  const facts = { mimeType: 'video/webm', language: 'en', durationSeconds: 815, width: 854, height: 480 };
  await addKnownVideo(ctx, lessonId, { ...files, ...facts });
}

/** A page of a browser of its own. Whatever it reports as an error fails the test that reads `faults`. */
export async function openPage(options: BrowserContextOptions = {}): Promise<Page & { faults: string[] }> {
  const browser = await openBrowser();
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1360, height: 850 }, ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text()))
      faults.push(message.text());
  });
  return Object.assign(page, { faults });
}

/** By the form, as a person does. */
export async function signIn(page: Page, url: string, { email }: Pick<Person, 'email'>, next = '/'): Promise<void> {
  await page.goto(`${url}/sign-in?next=${encodeURIComponent(next)}`);
  await fillIn(page, { email });
  await page.waitForURL(`${url}${next}`);
}

/** Where the form stands already. */
export async function fillIn(page: Page, { email }: Pick<Person, 'email'>): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Writes a question into the tutor's form and sends it. */
export async function ask(page: Page, message: string): Promise<void> {
  await page.getByLabel('Your question').fill(message);
  await page.keyboard.press('Enter');
}

/** Resolves when the last answer's text is as it should be: what marks show included. */
export async function answerIs(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => [...document.querySelectorAll('.answer')].at(-1)?.textContent === wanted,
    text,
  );
}

export function videoSeconds(page: Page): Promise<number> {
  return page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
}
