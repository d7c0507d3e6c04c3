import { expect, it } from '@jest/globals';
import { describeInBrowser } from '../support/browser.js';
import { ok } from '../support/client.js';
import { CourseByIdDocument } from '../support/generated/graphql.js';
import { describeWith, makeVideo, mediaFolder } from '../support/media.js';
import { courseOf, lessonOf } from '../support/people.js';
import { learnerSchool, openPage, signIn } from './learner.js';

const BROKEN = 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\n00:0x.000 --> 00:04.000\nthere\n';
const MENDED = BROKEN.replace('0x', '03');

describeInBrowser('an instructor', () => {
  it('makes a course, is shown the line of a caption file that cannot be read, mends it, and publishes', async () => {
    const { server, teacher } = await learnerSchool();
    const page = await openPage();
    await signIn(page, server.url, teacher);
    await page.getByRole('link', { name: 'Teach' }).click();
    await page.getByLabel('Title').fill('On silence');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'On silence' }).waitFor();
    await page.getByLabel('New lesson').fill('Listening');
    await page.getByRole('button', { name: 'Add lesson' }).click();
    await page.getByText('1. Listening').waitFor();

    await page.getByText('Load captions').first().click();
    const file = { name: 'listening.vtt', mimeType: 'text/vtt' };
    await page.getByLabel('Caption file').setInputFiles({ ...file, buffer: Buffer.from(BROKEN) });
    await page.getByRole('button', { name: 'Load captions' }).click();
    await page
      .getByRole('alert')
      .getByText(/^Line 6/)
      .waitFor();
    expect(await page.locator('.excerpt .refused').textContent()).toBe('00:0x.000 --> 00:04.000');

    await page.getByLabel('Text of the file').fill(MENDED);
    await page.getByRole('button', { name: 'Load captions' }).click();
    await page.getByText('2 cues are loaded.').waitFor();
    await page.getByText('en: 2 cues').waitFor();
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('button', { name: 'Withdraw' }).waitFor();

    await page.getByRole('link', { name: 'View as a learner' }).click();
    await page.getByRole('link', { name: /Listening/ }).waitFor();
    expect(page.faults).toEqual([]);
  });

  it('puts lessons in order by keys and by dragging', async () => {
    const { server, teacher } = await learnerSchool();
    const courseId = await courseOf(server, teacher, 'On order');
    for (const title of ['First', 'Second', 'Third']) await lessonOf(server, teacher, courseId, { title });
    const page = await openPage();
    await signIn(page, server.url, teacher, `/teach/${courseId}`);
    const orderIs = (...titles: string[]) =>
      page.waitForFunction(
        (wanted) => [...document.querySelectorAll('.order strong')].map((each) => each.textContent).join() === wanted,
        titles.map((title, at) => `${at + 1}. ${title}`).join(),
      );

    await page.getByRole('button', { name: 'Move Third.' }).focus();
    await page.keyboard.press('ArrowUp');
    await page.getByText('Third is now lesson 2 of 3.').waitFor();
    await orderIs('First', 'Third', 'Second');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/^Move Third/);

    const first = await page.getByRole('button', { name: 'Move First.' }).boundingBox();
    const last = await page.getByRole('button', { name: 'Move Second.' }).boundingBox();
    if (!first || !last) throw new Error('no handles');
    await page.mouse.move(first.x + 10, first.y + 10);
    await page.mouse.down();
    await page.mouse.move(last.x + 10, last.y + 60, { steps: 8 });
    await page.mouse.up();
    await page.getByText('First is now lesson 3 of 3.').waitFor();

    await orderIs('Third', 'Second', 'First');
    const { course } = await ok(server.url, CourseByIdDocument, { id: courseId });
    expect(course?.lessons.map(({ title }) => title)).toEqual(['Third', 'Second', 'First']);
  });
});

describeWith(['ffmpeg', 'chromium'], 'an instructor’s upload', () => {
  it('is sent from the page, and seen until the video is ready', async () => {
    const video = makeVideo(mediaFolder(), { seconds: 3, format: 'webm' });
    const { server, teacher } = await learnerSchool();
    const courseId = await courseOf(server, teacher, 'On pictures');
    const lessonId = await lessonOf(server, teacher, courseId, { title: 'Moving' });
    const page = await openPage();
    await signIn(page, server.url, teacher, `/teach/${courseId}`);

    await page.getByText('Video', { exact: true }).click();
    await page.getByLabel('Video file').setInputFiles({ name: 'moving.webm', mimeType: 'video/webm', buffer: video });
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByText('Ready').waitFor();

    await page.goto(`${server.url}/lessons/${lessonId}`);
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
  });
});
