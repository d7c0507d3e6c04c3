import { describe, expect, it } from '@jest/globals';
import { print } from 'graphql';
import WebSocket from 'ws';
import { AskTutorStreamDocument } from '../support/generated/graphql.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { askStream, endedChat, textOf } from '../support/streams.js';

describe('a subscriber that does not read', () => {
  it('is cut, costs the answer nothing, and resumes with the same bytes', async () => {
    const cut = Promise.withResolvers<void>();
    const logTo = { write: (line: string) => void (line.includes('socket closed') && cut.resolve()) };
    const { server, sam, lessonId, model } = await scriptedClassroom({
      env: { LOG_LEVEL: 'debug', TUTOR_MAX_ANSWER_BYTES: '1000000' },
      keepAliveMs: 200,
      logTo,
    });
    const input = { lessonId, message: 'Why?', clientRequestId: 'q1' };
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.on('error', () => {});
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${sam.token}` } }));
    });
    await new Promise((resolve) => socket.once('message', resolve));
    const payload = { query: print(AskTutorStreamDocument), variables: { input } };
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    const call = await model.nextCall();
    socket.pause();
    const response = 'Many words to send. '.repeat(20_000);
    call.say(response).finish();
    await cut.promise;

    const events = await askStream(server, sam, input, 1000).rest();
    expect(endedChat(events)).toMatchObject({ status: 'COMPLETED' });
    expect(response.slice(0, 1000) + textOf(events)).toBe(response);
    socket.terminate();
  });
});
