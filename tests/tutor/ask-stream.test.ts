import { describe, expect, it } from '@jest/globals';
import { openSocket, subscribe } from '../support/client.js';
import { AskTutorStreamDocument } from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, SORTING_LECTURE, student } from '../support/people.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { startTestServer } from '../support/server.js';

describe('askTutorStream', () => {
  it('sends the answer as the model says it, then the stored message with its citations', async () => {
    const model = await startScriptedModel();
    const server = await startTestServer({ env: model.env });
    const teacher = await instructor(server);
    const lessonId = await lessonOf(server, teacher, await courseOf(server, teacher), { vtt: SORTING_LECTURE });
    const sam = await student(server);

    const input = { lessonId, message: 'Why is a bad pivot slow?', timestampVideo: '12:40', clientRequestId: 'q1' };
    const events = subscribe(openSocket(server.url, sam.token), AskTutorStreamDocument, { input });
    const first = events.next();
    const call = await model.nextCall();
    expect(call.prompt).toContain('The pivot divides the cards');
    call.say('A bad pivot ');
    expect((await first).value).toMatchObject({ data: { askTutorStream: { offset: 0, text: 'A bad pivot ' } } });
    call.say('makes “quicksort slow” [12:45].').finish('stop', { input: 500, output: 20 });

    const rest = [];
    for await (const { data } of events) rest.push(data?.askTutorStream);
    expect(rest.at(-1)).toMatchObject({
      __typename: 'TutorDone',
      chat: {
        status: 'COMPLETED',
        response: 'A bad pivot makes “quicksort slow” [12:45].',
        citations: [{ timestamp: '12:45', quote: 'A bad pivot makes quicksort slow.' }],
        creditsCharged: 1,
        usage: { tokensInput: 500, tokensOutput: 20, source: 'PROVIDER' },
      },
    });
  });
});
