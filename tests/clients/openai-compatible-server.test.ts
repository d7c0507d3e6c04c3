import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { courseOf, instructor, lessonOf, student } from '../support/people.js';
import { ROOT, runNode } from '../support/process.js';
import { startTestServer, temporaryFolder } from '../support/server.js';
import { askStream, endedChat, textOf } from '../support/streams.js';

const ANSWER = 'Sorting must be earned back: “10,000 divided by 490 is a little more than 20” [12:34]. A lie [03:00].';

describe('with an OpenAI-compatible server of others, as a process', () => {
  it('a student’s question reaches it with the cues around the moment, and its answer streams and is cited', async () => {
    const folder = temporaryFolder();
    const fixtures = join(folder, 'fixtures.json');
    writeFileSync(
      fixtures,
      JSON.stringify({ fixtures: [{ match: { userMessage: '490' }, response: { content: ANSWER } }] }),
    );
    const aimock = runNode([
      'node_modules/@copilotkit/aimock/dist/cli.js',
      ...['--port', '0', '--fixtures', fixtures, '--chunk-size', '7', '--strict'],
    ]);
    const [, address] = await aimock.printed(/listening on (http:\S+)/);

    const server = await startTestServer({ env: { OPENAI_BASE_URL: `${address}/v1`, OPENAI_MODEL: 'gpt-4.1-mini' } });
    const teacher = await instructor(server);
    const vtt = readFileSync(join(ROOT, 'demo/01-what-searching-costs.en.vtt'), 'utf8');
    const lessonId = await lessonOf(server, teacher, await courseOf(server, teacher), { vtt });
    const sam = await student(server);
    const message = 'Why is 10,000 divided by 490 here?';
    const events = await askStream(server, sam, {
      lessonId,
      message,
      timestampVideo: '12:40',
      clientRequestId: 'q',
    }).rest();

    const chat = endedChat(events);
    expect(textOf(events)).toBe(ANSWER);
    expect(chat).toMatchObject({
      status: 'COMPLETED',
      response: ANSWER,
      usage: { provider: 'openai', source: 'PROVIDER' },
    });
    expect(chat.citations).toHaveLength(1);
    expect(chat.citations[0]).toMatchObject({ timestamp: '12:34' });
    expect(vtt.replace(/\s+/g, ' ')).toContain('divided by 490 is a little more than 20');

    const journal = (await (await fetch(`${address}/__aimock/journal`)).json()) as {
      body: { messages: { content: string }[] };
    }[];
    const prompt = journal[0]?.body.messages.map(({ content }) => content).join('\n');
    expect(prompt).toContain('So every search saves 490');
    expect(prompt).toContain(message);
  });
});
