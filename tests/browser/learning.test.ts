import { expect, it } from '@jest/globals';
import { describeInBrowser } from '../support/browser.js';
import { ok } from '../support/client.js';
import { AskTutorDocument } from '../support/generated/graphql.js';
import { startLine } from '../support/line.js';
import { answerIs, ask, fillIn, learnerSchool, openPage, signIn, videoSeconds } from './learner.js';

/** What the lecture says at 12:28, and a mark that it holds. */
const SUPPORTED = 'So every search saves 490, and the 10,000 must be earned back first [12:34].';

describeInBrowser('a learner', () => {
  it('signs in, plays, asks at a moment, reads the answer as it comes, and jumps to the cited second', async () => {
    const { server, model, lessonId, sam } = await learnerSchool();
    const page = await openPage();

    await page.goto(`${server.url}/`);
    await page.getByRole('link', { name: /How Computers Find Things/ }).click();
    await page.getByRole('link', { name: 'Start the course' }).click();
    await page.getByRole('button', { name: 'Sign in to ask' }).click();
    await fillIn(page, sam);
    await page.waitForURL(`${server.url}/lessons/${lessonId}?t=0`);
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByLabel('Position in the lecture').fill('760');
    await page.waitForFunction(() => document.querySelector('video')?.currentTime === 760);

    await ask(page, 'Why 490?');
    const call = await model.nextCall();
    expect(call.prompt).toContain('12:40');
    call.say('**Because** ');
    await answerIs(page, 'Because');
    expect(await page.locator('.answer strong').textContent()).toBe('Because');
    call.say(SUPPORTED).finish();
    await answerIs(page, 'Because So every search saves 490, and the 10,000 must be earned back first 12:34.');

    await page.getByRole('button', { name: 'Jump to 12:34' }).click();
    await page.waitForFunction(() => !document.querySelector('video')?.seeking);
    expect(Math.floor(await videoSeconds(page))).toBe(12 * 60 + 34);
    await page.getByRole('button', { name: 'Question at 12:40: Why 490?' }).click();
    expect(Math.floor(await videoSeconds(page))).toBe(760);
    await page.getByText('99 credits left').waitFor();
    expect(page.faults).toEqual([]);
  });

  it('reads on without a gap when the connection was cut, and is told meanwhile', async () => {
    const { server, model, lessonId, sam } = await learnerSchool();
    const line = await startLine(server.url);
    const page = await openPage();
    await signIn(page, line.url, sam, `/lessons/${lessonId}`);
    await ask(page, 'Why?');
    const call = await model.nextCall();
    call.say('One ');
    await answerIs(page, 'One');

    line.breakDown();
    await page.getByText('Reconnecting').waitFor();
    call.say('two ', 'three ');
    line.mend();
    await answerIs(page, 'One two three');
    await page.getByText('Reconnecting').waitFor({ state: 'detached' });
    call.say('four.').finish();

    await answerIs(page, 'One two three four.');
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
    expect(model.calls.length).toBe(1);
  });

  it('is told that it is offline', async () => {
    const { server } = await learnerSchool();
    const page = await openPage();
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'How Computers Find Things' }).waitFor();

    await page.context().setOffline(true);
    await page.getByText('You are offline').waitFor();
    await page.context().setOffline(false);

    await page.getByText('You are offline').waitFor({ state: 'detached' });
  });

  it('stops an answer, keeps what was written, and asks again', async () => {
    const { server, model, lessonId, sam } = await learnerSchool();
    const page = await openPage();
    await signIn(page, server.url, sam, `/lessons/${lessonId}`);
    await ask(page, 'Why?');
    const call = await model.nextCall();
    call.say('Because ');
    await answerIs(page, 'Because');

    await page.getByRole('button', { name: 'Stop' }).click();
    await call.closed;
    await page.getByText('Stopped. What was written stays.').waitFor();
    await answerIs(page, 'Because');

    await page.getByRole('button', { name: 'Ask again' }).click();
    (await model.nextCall()).say('It is so.').finish();
    await answerIs(page, 'It is so.');
  });

  it('goes on with a running answer after the page was loaded anew', async () => {
    const { server, model, lessonId, sam } = await learnerSchool();
    const page = await openPage();
    await signIn(page, server.url, sam, `/lessons/${lessonId}`);
    await ask(page, 'Why?');
    const call = await model.nextCall();
    call.say('Before ');
    await answerIs(page, 'Before');

    await page.reload();
    await answerIs(page, 'Before');
    call.say('and after.').finish();

    await answerIs(page, 'Before and after.');
    expect(await page.locator('.exchange').count()).toBe(1);
    expect(model.calls.length).toBe(1);
  });

  it('is told when a password is wrong', async () => {
    const { server, sam } = await learnerSchool();
    const page = await openPage();
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel('E-mail').fill(sam.email);
    await page.getByLabel('Password').fill('not this one');
    await page.keyboard.press('Enter');

    await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
    expect(new URL(page.url()).pathname).toBe('/sign-in');
  });

  it('is told in its language when no credits are left', async () => {
    const { server, lessonId, sam, model } = await learnerSchool({ env: { SIGNUP_CREDITS: '0' } });
    const page = await openPage();
    await signIn(page, server.url, sam, `/lessons/${lessonId}`);
    await page.getByText('0 credits left').waitFor();
    await page.getByLabel('Language').selectOption('id');
    await page.getByText('Sisa 0 kredit').waitFor();

    await page.getByLabel('Pertanyaan Anda').fill('Mengapa?');
    await page.keyboard.press('Enter');

    await page.getByRole('alert').getByText('Kredit Anda tidak cukup').waitFor();
    expect(model.calls.length).toBe(0);
  });

  it('asks again what the tutor could not answer', async () => {
    const { server, model, lessonId, sam } = await learnerSchool();
    const page = await openPage();
    await signIn(page, server.url, sam, `/lessons/${lessonId}`);
    await ask(page, 'Why?');
    (await model.nextCall()).say('Well').finish('content_filter');
    await page.getByRole('alert').getByText('The tutor does not answer this.').waitFor();

    await page.getByRole('button', { name: 'Ask again' }).click();
    (await model.nextCall()).say('Because.').finish();

    await answerIs(page, 'Because.');
  });

  it('goes on with the newest of very many questions, and shows them to nobody else', async () => {
    const { server, model, lessonId, sam, teacher } = await learnerSchool({ env: { SIGNUP_CREDITS: '1000' } });
    model.always((call) => call.say('Well.').finish());
    for (let number = 1; number <= 101; number++) {
      const input = { lessonId, message: `Question ${number}` };
      await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    }
    const page = await openPage();
    await signIn(page, server.url, sam, `/lessons/${lessonId}`);
    await page.getByText('Question 101').waitFor();
    expect(await page.locator('.exchange').count()).toBe(101);
    await ask(page, 'Whatever next');
    await answerIs(page, 'Well.');
    await page.getByText('Whatever next').waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('.exchange').first().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Sign in to ask' }).click();
    await fillIn(page, teacher);
    await page.getByLabel('Your question').waitFor();

    expect(await page.locator('.exchange').count()).toBe(0);
  });

  it('finds where something is said, and opens the lecture there', async () => {
    const { server } = await learnerSchool();
    const page = await openPage();
    await page.goto(server.url);

    await page.getByRole('searchbox').fill('break-even point');
    await page.getByRole('link', { name: /break-even point/ }).click();

    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 700);
    await page.getByRole('region', { name: 'Tutor' }).waitFor();
  });

  it('sees what an answer says, and never what it would do', async () => {
    const { server, model, lessonId, sam } = await learnerSchool();
    const page = await openPage();
    await signIn(page, server.url, sam, `/lessons/${lessonId}`);
    await ask(page, 'Why?');
    const hostile = [
      '<img src=x onerror="document.title=1">',
      '[click](javascript:document.title=1) ![x](data:text/html,1)',
      '[web](https://example.org/)',
    ];
    (await model.nextCall()).say(hostile.join('\n\n')).finish();
    await page.getByText('<img src=x').waitFor();

    const links = page.locator('.answer a');
    expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).toEqual([
      'https://example.org/',
    ]);
    expect(await page.locator('.answer img, .answer script').count()).toBe(0);
    expect(await page.title()).toContain('Lectern');
  });
});
