import { expect, it } from '@jest/globals';
import { startLine } from '../support/line.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { next, rest, textOf } from './answers.js';
import { clientOf } from './clients.js';

// As a phone that has changed its network: nothing arrives any more, and nobody says that it is over. Both in one test,
// since both wait for as long as a client has patience.
it('an answer goes on over another socket when its own falls silent, or never opens', async () => {
  const { server, model, sam, lessonId } = await scriptedClassroom();
  const [line, another] = [await startLine(server.url), await startLine(server.url)];
  const answer = clientOf(line.url, sam).lectern.ask({ lessonId, message: 'Why?' });
  const call = await model.nextCall();
  call.say('One ');
  await next(answer);

  line.fallSilent();
  another.fallSilent();
  const unopened = clientOf(another.url, sam).lectern.ask({ lessonId, message: 'Is anybody there?' });
  call.say('two.').finish();
  model.always((call) => call.say('Yes.').finish());

  expect(textOf(await rest(answer))).toBe('two.');
  expect(textOf(await rest(unopened))).toBe('Yes.');
});
