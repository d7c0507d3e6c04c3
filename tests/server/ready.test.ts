import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import { AskTutorDocument } from '../support/generated/graphql.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { startTestServer } from '../support/server.js';

async function get(url: string) {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

const notReady = (...parts: string[]) => ({
  status: 503,
  body: { errors: [{ message: expect.any(String), extensions: { code: 'NOT_READY', notReady: parts } }] },
});

describe('/ready', () => {
  it('is ready when the database answers, and needs no token', async () => {
    const server = await startTestServer();

    expect(await get(`${server.url}/ready`)).toEqual({ status: 200, body: { status: 'ready' } });
  });

  it('is not while the database does not answer, though the process is healthy', async () => {
    const server = await startTestServer();
    server.app.read.destroy();

    expect(await get(`${server.url}/ready`)).toEqual(notReady('database'));
    expect(await get(`${server.url}/health`)).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('is not from the moment that the server is told to stop, while its last answer runs', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom({ env: { SHUTDOWN_GRACE_MS: '600000' } });
    const input = { lessonId, message: 'Why?' };
    const answered = ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    const call = await model.nextCall();

    const stopped = server.stop();

    expect(await get(`${server.url}/ready`)).toEqual(notReady('draining'));
    expect(await get(`${server.url}/health`)).toEqual({ status: 200, body: { status: 'ok' } });
    call.say('Because.').finish();
    expect((await answered).askTutor).toMatchObject({ status: 'COMPLETED', response: 'Because.' });
    await stopped;
    // Asked by balancers every other second: not ready is no refusal.
    expect(server.logLines().join('')).not.toContain('"refused"');
  });
});
