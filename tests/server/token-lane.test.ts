import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import { AskTutorDocument } from '../support/generated/graphql.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { RawSocket } from './raw-socket.js';

const EVENTS = `subscription ($id: ID!, $after: Int) { tutorTokens(chatId: $id, after: $after) {
  __typename ... on TutorToken { offset text chatId } ... on TutorDone { chat { status response } } } }`;

/** A running answer of a student's, and a socket of theirs. */
async function runningAnswer() {
  const { server, sam, lessonId, model } = await scriptedClassroom();
  const { askTutor } = await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, sam.token);
  const socket = await RawSocket.connect(server.url, sam.token);
  return { server, sam, call: await model.nextCall(), id: askTutor.id, socket };
}

describe('the tokens of an answer on a socket', () => {
  it('come in order, before the terminal event, which comes before the end', async () => {
    const { call, id, socket } = await runningAnswer();
    socket.subscribe('s', EVENTS, { variables: { id } });
    call.say('One ');
    await socket.next('next');
    call.say('“two” 🂡').finish();
    await socket.next('complete');

    const event = (facts: object) => ({ id: 's', type: 'next', payload: { data: { tutorTokens: facts } } });
    expect(socket.answers('s')).toEqual([
      event({ __typename: 'TutorToken', offset: 0, text: 'One ', chatId: id }),
      event({ __typename: 'TutorToken', offset: 4, text: '“two” 🂡', chatId: id }),
      event({ __typename: 'TutorDone', chat: { status: 'COMPLETED', response: 'One “two” 🂡' } }),
      { id: 's', type: 'complete' },
    ]);
  });

  it('stop at the client’s word, and go on for another operation of the same socket', async () => {
    const { call, id, socket } = await runningAnswer();
    socket.subscribe('left', EVENTS, { variables: { id } });
    call.say('One ');
    await socket.next('next');
    socket.send({ id: 'left', type: 'complete' });
    // Answered after what was sent before it.
    socket.send({ type: 'ping' });
    await socket.next('pong');
    socket.subscribe('stays', EVENTS, { variables: { id, after: 4 } });
    call.say('two.').finish();
    while ((await socket.next('complete')).id !== 'stays');

    expect(socket.answers('left')).toHaveLength(1);
    expect(socket.answers('stays').map(({ payload }) => payload?.data.tutorTokens.text)).toEqual([
      'two.',
      undefined,
      undefined,
    ]);
    // The name is free again.
    socket.subscribe('left', EVENTS, { variables: { id } });
    while ((await socket.next('complete')).id !== 'left');
    expect(socket.answers('left').map(({ payload }) => payload?.data.tutorTokens.text)).toContain('One two.');
  });

  it('end with one error where `after` is within a character', async () => {
    const { call, id, socket } = await runningAnswer();
    socket.subscribe('s', EVENTS, { variables: { id, after: 1 } });
    call.say('🂡');
    expect(await socket.next('error')).toMatchObject({
      id: 's',
      payload: [{ extensions: { code: 'BAD_USER_INPUT', field: 'after' } }],
    });
    call.say(' more').finish();
    socket.send({ type: 'ping' });
    await socket.next('pong');
    expect(socket.answers('s').map(({ type }) => type)).toEqual(['error']);
  });

  it('are those of one answer for thirty readers on two sockets', async () => {
    const { server, sam, call, id, socket } = await runningAnswer();
    const other = await RawSocket.connect(server.url, sam.token);
    const readers = Array.from({ length: 15 }, (_, n) => String(n));
    for (const each of [socket, other]) for (const name of readers) each.subscribe(name, EVENTS, { variables: { id } });
    for (let n = 0; n < 50; n++) call.say(`${n} `);
    call.finish();
    const whole = Array.from({ length: 50 }, (_, n) => `${n} `).join('');
    for (const each of [socket, other]) {
      for (const _ of readers) await each.next('complete');
      for (const name of readers) {
        const texts = each.answers(name).map(({ payload }) => payload?.data.tutorTokens.text ?? '');
        expect(texts.join('')).toBe(whole);
      }
    }
  });
});

describe('a socket that answers pings', () => {
  it('stays open, though it says nothing', async () => {
    const { server, sam } = await scriptedClassroom({ keepAliveMs: 60 });
    const socket = await RawSocket.connect(server.url, sam.token);
    for (let n = 0; n < 4; n++) await socket.ping();
    socket.send({ type: 'ping' });
    expect(await socket.next('pong')).toEqual({ type: 'pong' });
  });
});
