import { describe, expect, it } from '@jest/globals';
import { memoryTokens } from '@lectern/client';
import jwt from 'jsonwebtoken';
import { person } from '../support/people.js';
import { countChats, scriptedClassroom } from '../support/scripted-classroom.js';
import { next, rest, textOf } from './answers.js';
import { clientOf, tokensOf } from './clients.js';

describe('an answer, and the session of who asked', () => {
  it('outlives its access token: the socket ends with it, and the answer goes on over the next', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const claims = jwt.decode(sam.token) as jwt.JwtPayload;
    const exp = Math.floor(Date.now() / 1000) + 2;
    const token = jwt.sign({ ...claims, exp }, server.app.config.jwtSecret, { algorithm: 'HS256' });
    const { lectern, sent, followed } = clientOf(server.url, { ...sam, token });
    const answer = lectern.ask({ lessonId, message: 'Why?' });
    const call = await model.nextCall();
    call.say('One ');
    await next(answer);
    const again = Promise.withResolvers<void>();
    let states = 0;
    lectern.onConnection((state) => state === 'open' && states++ > 0 && again.resolve());
    await again.promise;
    call.say('two.').finish();

    const events = await rest(answer);

    expect(textOf(events)).toBe('two.');
    expect(events.at(-1)).toMatchObject({ __typename: 'TutorDone', chat: { response: 'One two.' } });
    expect(sent).toEqual(['RefreshSession']);
    expect(followed.map(({ after }) => after)).toEqual([0, 4]);
  });

  it('begins although the access token has expired without the client’s knowing', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    model.always((call) => call.say('Yes.').finish());
    const { lectern, sent } = clientOf(server.url, { ...sam, token: 'outdated' });
    const answers = [1, 2, 3].map(() => rest(lectern.ask({ lessonId, message: 'Why?' })));
    expect((await Promise.all(answers)).map(textOf)).toEqual(['Yes.', 'Yes.', 'Yes.']);
    expect(sent).toEqual(['RefreshSession']);
  });

  it('is over for the reader who signs out, and for nobody else', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { lectern } = clientOf(server.url, sam);
    const answer = lectern.ask({ lessonId, message: 'Why?' });
    const call = await model.nextCall();
    call.say('One ');
    await next(answer);
    await lectern.signOut();
    await expect(rest(answer)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    call.say('two.').finish();
  });

  it('ends with UNAUTHENTICATED when the session is ended on another device', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { lectern } = clientOf(server.url, sam);
    const answer = lectern.ask({ lessonId, message: 'Why?' });
    (await model.nextCall()).say('One ');
    await next(answer);
    await clientOf(server.url, sam).lectern.signOut();
    await expect(rest(answer)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await lectern.userId()).toBeNull();
  });

  it('is never asked again as somebody else, who signs in while it is written', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const tom = await person(server, 'tom');
    const tokens = memoryTokens(tokensOf(sam));
    const { lectern } = clientOf(server.url, undefined, { tokens });
    const ofSam = lectern.ask({ lessonId, message: 'Why?' });
    const call = await model.nextCall();
    // As another tab does it: this client is not told.
    await tokens.set(tokensOf(tom));

    const ofTom = lectern.ask({ lessonId, message: 'What for?' });

    await expect(rest(ofSam)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    (await model.nextCall()).say('For Tom.').finish();
    expect(textOf(await rest(ofTom))).toBe('For Tom.');
    expect((await lectern.chatHistory({ lessonId })).nodes.map(({ message }) => message)).toEqual(['What for?']);
    expect(await countChats(server)).toBe(2);
    call.say('For Sam.').finish();
  });
});
