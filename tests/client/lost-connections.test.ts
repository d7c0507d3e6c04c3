import { describe, expect, it } from '@jest/globals';
import type { ConnectionState } from '@lectern/client';
import { runServer } from '../server/process.js';
import { startLine } from '../support/line.js';
import { classroom } from '../support/people.js';
import { countChats, scriptedClassroom } from '../support/scripted-classroom.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { type TestServer, temporaryFolder } from '../support/server.js';
import { next, rest, textOf } from './answers.js';
import { clientOf } from './clients.js';

describe('an answer whose connection is lost', () => {
  it('goes on where it was, each time, and says so', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const line = await startLine(server.url);
    const { lectern, followed } = clientOf(line.url, sam);
    const states: ConnectionState[] = [];
    const over = Promise.withResolvers<void>();
    lectern.onConnection((state) => {
      states.push(state);
      if (state === 'idle' && states.length > 1) over.resolve();
    });

    const answer = lectern.ask({ lessonId, message: 'Why?', timestampVideo: '12:40' });
    const call = await model.nextCall();
    const heard: string[] = [];
    for (const piece of ['A bad ', 'pivot 🂡 ', 'is slow.']) {
      call.say(piece);
      heard.push(textOf([await next(answer)]));
      line.cut();
    }
    call.finish();

    const events = await rest(answer);
    expect(heard).toEqual(['A bad ', 'pivot 🂡 ', 'is slow.']);
    expect(events).toMatchObject([{ __typename: 'TutorDone', chat: { response: 'A bad pivot 🂡 is slow.' } }]);
    // 🂡 is two units of UTF-16.
    expect(followed.map(({ after }) => after)).toEqual([0, 6, 15, 23]);
    await over.promise;
    const again = ['waiting', 'connecting', 'open'];
    expect(states).toEqual(['idle', 'connecting', 'open', ...again, ...again, ...again, 'idle']);
    expect(model.calls).toHaveLength(1);
  });

  it('has what was written meanwhile, once the server can be reached again', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const line = await startLine(server.url);
    const { lectern } = clientOf(line.url, sam);
    const waiting = Promise.withResolvers<void>();
    const answer = lectern.ask({ lessonId, message: 'Why?' });
    const call = await model.nextCall();
    call.say('One ');
    await next(answer);
    lectern.onConnection((state) => state === 'waiting' && waiting.resolve());

    line.breakDown();
    await waiting.promise;
    call.say('two ', 'three.').finish();
    await answered(server);
    line.mend();

    const events = await rest(answer);
    expect(textOf(events)).toBe('two three.');
    expect(events.at(-1)).toMatchObject({ __typename: 'TutorDone', chat: { response: 'One two three.' } });
  });

  it('is asked once, also when the connection was lost before anything came', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const line = await startLine(server.url);
    const { lectern, followed } = clientOf(line.url, sam);
    const answer = lectern.ask({ lessonId, message: 'Why?' });
    const call = await model.nextCall();

    line.cut();
    call.say('Because.').finish();

    expect(textOf(await rest(answer))).toBe('Because.');
    expect(followed).toHaveLength(2);
    expect(await countChats(server)).toBe(1);
  });

  it('is not asked when it is stopped before the server has heard of it', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const line = await startLine(server.url);
    const { lectern, followed } = clientOf(line.url, sam);
    const other = lectern.ask({ lessonId, message: 'Why?' });
    const call = await model.nextCall();
    call.say('Because ');
    await next(other);
    const stop = new AbortController();
    line.fallSilent();
    const unheard = lectern.ask({ lessonId, message: 'And why else?' }, { signal: stop.signal });
    while (followed.length < 2) await new Promise((resolve) => setImmediate(resolve));

    stop.abort(new Error('never mind'));
    line.cut();

    await expect(rest(unheard)).rejects.toThrow('never mind');
    call.say('of that.').finish();
    expect(textOf(await rest(other))).toBe('of that.');
    expect(await countChats(server)).toBe(1);
  });

  it('is stopped once the server can be reached again', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const line = await startLine(server.url);
    const { lectern } = clientOf(line.url, sam);
    const stop = new AbortController();
    const heard = lectern.ask({ lessonId, message: 'Why?' }, { signal: stop.signal });
    const first = await model.nextCall();
    first.say('Half ');
    await next(heard);
    const unheard = lectern.ask({ lessonId, message: 'And why else?' }, { signal: stop.signal });
    const second = await model.nextCall();

    line.breakDown();
    stop.abort();
    line.mend();

    const cancelled = (response: string) => [{ __typename: 'TutorDone', chat: { status: 'CANCELLED', response } }];
    expect(await rest(heard)).toMatchObject(cancelled('Half '));
    expect(await rest(unheard)).toMatchObject(cancelled(''));
    await Promise.all([first.closed, second.closed]);
    expect(await countChats(server)).toBe(2);
  });

  it('is waited for while no server is there, until it is stopped; a query says UNREACHABLE at once', async () => {
    const { server, sam, lessonId } = await scriptedClassroom();
    await server.stop();
    const { lectern } = clientOf(server.url, sam);
    await expect(lectern.me()).rejects.toMatchObject({ name: 'LecternError', code: 'UNREACHABLE' });
    const stop = new AbortController();
    const answer = lectern.ask({ lessonId, message: 'Why?' }, { signal: stop.signal });
    lectern.onConnection((state) => state === 'waiting' && stop.abort(new Error('enough')));
    await expect(rest(answer)).rejects.toThrow('enough');
  });
});

describe('an answer whose server is killed', () => {
  it('ends as INTERRUPTED when the server is there again, with what is true of its text', async () => {
    const model = await startScriptedModel();
    const env = { ...model.env, DATA_DIR: temporaryFolder() };
    const first = await runServer(env);
    const { sam, lessonId } = await classroom({ url: first.url } as TestServer);
    const line = await startLine(first.url);
    const { lectern } = clientOf(line.url, sam);
    const answer = lectern.ask({ lessonId, message: 'Why?' });
    const call = await model.nextCall();
    call.say('Half an answer');
    await next(answer);

    first.signal('SIGKILL');
    await first.exit;
    line.leadTo((await runServer(env)).url);

    const events = await rest(answer);
    expect(events).toMatchObject([
      { __typename: 'TutorFailed', code: 'TUTOR_INTERRUPTED', chat: { status: 'INTERRUPTED' } },
    ]);
    const [last] = events;
    expect('Half an answer'.startsWith(last && 'chat' in last ? last.chat.response : '?')).toBe(true);
  });
});

describe('a job', () => {
  it('is followed over a lost connection to its end', async () => {
    const { server, teacher, lessonId } = await scriptedClassroom();
    const line = await startLine(server.url);
    const { lectern } = clientOf(line.url, teacher);
    const upload = { lessonId, filename: 'a.mp4', mimeType: 'video/mp4', sizeBytes: 1000 };
    const { job } = await lectern.createUpload({ input: upload });
    const states: string[] = [];
    for await (const { status } of lectern.jobProgress({ id: job.id })) {
      states.push(status);
      if (states.length === 1) line.cut();
      if (states.length === 2) await lectern.cancelJob({ id: job.id });
    }
    expect(states).toEqual(['QUEUED', 'QUEUED', 'CANCELLED']);
  });

  it('that is another’s is refused', async () => {
    const { server, sam } = await scriptedClassroom();
    const { lectern } = clientOf(server.url, sam);
    await expect(lectern.jobProgress({ id: '1' }).next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

/** Resolves when no answer is being written any more. */
async function answered({ app }: TestServer): Promise<void> {
  const running = () => app.read.selectFrom('chatHistory').select('id').where('status', '=', 'STREAMING').execute();
  while ((await running()).length > 0) await new Promise((resolve) => setImmediate(resolve));
}
