import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { storable } from '../../src/shared/storable.js';
import { ok } from '../support/client.js';
import { AskTutorDocument } from '../support/generated/graphql.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { endedChat, textOf, tokenStream } from '../support/streams.js';

/** Letters, controls, astral characters, combining marks and unpaired halves, cut wherever the model pleases. */
const chunks = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.string({ unit: fc.constantFrom('a', ' ', '🂡', 'e\u0301', '\uD83C', '\uDCA1'), maxLength: 6 }),
  ),
  { minLength: 1, maxLength: 12 },
);

describe('for any text, however it is cut', () => {
  it('pieces join to the response, begin at their offsets, and never end within a character', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom({ env: { TUTOR_RUNNING_PER_USER: '1000' } });
    const property = fc.asyncProperty(chunks, fc.nat(), async (said, anywhere) => {
      const input = { lessonId, message: 'Say anything.' };
      const { askTutor } = await ok(server.url, AskTutorDocument, { input }, sam.token);
      const call = await model.nextCall();
      const live = tokenStream(server, sam, askTutor.id).rest();
      for (const chunk of said) call.say(chunk);
      call.say('.').finish('stop', { input: 0, output: 0 });
      const events = await live;

      const { response } = endedChat(events);
      expect(response).toBe(storable(`${said.join('')}.`));
      let position = 0;
      for (const event of events) {
        if (!('text' in event)) continue;
        expect(event.offset).toBe(position);
        expect(event.text.isWellFormed()).toBe(true);
        position += event.text.length;
      }
      expect(textOf(events)).toBe(response);

      const after = anywhere % (response.length + 1);
      const resumed = tokenStream(server, sam, askTutor.id, after);
      if (/[\uDC00-\uDFFF]/.test(response[after] ?? '') && /[\uD800-\uDBFF]/.test(response[after - 1] ?? '')) {
        expect((await resumed.refusal()).code).toBe('BAD_USER_INPUT');
      } else {
        expect(response.slice(0, after) + textOf(await resumed.rest())).toBe(response);
      }
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
