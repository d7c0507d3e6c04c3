import { expect, it } from '@jest/globals';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { next, rest, textOf } from './answers.js';
import { clientOf } from './clients.js';
import { startLine } from './line.js';

it('an answer goes on over another socket when its own has gone silent', async () => {
  const { server, model, sam, lessonId } = await scriptedClassroom();
  const line = await startLine(server.url);
  const { lectern } = clientOf(line.url, sam);
  const answer = lectern.ask({ lessonId, message: 'Why?' });
  const call = await model.nextCall();
  call.say('One ');
  await next(answer);

  // As a phone that has changed its network: nothing arrives any more, and nobody says that it is over.
  line.fallSilent();
  call.say('two.').finish();

  expect(textOf(await rest(answer))).toBe('two.');
});
