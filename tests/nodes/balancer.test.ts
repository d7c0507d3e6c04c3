import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { Process } from '../server/process.js';
import { runServer } from '../server/process.js';
import { scrape } from '../server/scrape.js';
import { balancerIsThere, startBalancer } from '../support/balancer.js';
import { ok } from '../support/client.js';
import { CoursesDocument, HealthDocument } from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, student } from '../support/people.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { type TestServer, temporaryFolder } from '../support/server.js';
import { askStream, endedChat } from '../support/streams.js';

const test = balancerIsThere() ? it : it.skip;

type Node = Process & { url: string };

const COURSES = 'lectern_requests_total{transport="http",operation="courses",code="OK"}';

/** Two nodes of one school behind HAProxy, with the settings of compose.yaml; a lesson, a student, and their model. */
async function school() {
  const model = await startScriptedModel();
  const env = {
    ...model.env,
    DATA_DIR: temporaryFolder(),
    JWT_SECRET: 'a secret that both nodes have, of more than thirty-two bytes',
    TRUST_PROXY: '1',
    METRICS_PORT: '0',
    SHUTDOWN_DELAY_MS: '3000',
    SHUTDOWN_GRACE_MS: '120000',
    SIGNUP_CREDITS: '1000000',
    RATE_ASKS_PER_MINUTE: '0',
    RATE_COST_PER_MINUTE: '0',
  };
  const nodes: [Node, Node] = [await runServer(env), await runServer(env)];
  const url = await startBalancer([nodes[0].url, nodes[1].url]);
  const server = { url } as TestServer;
  const ina = await instructor(server);
  const lessonId = await lessonOf(server, ina, await courseOf(server, ina));
  const sam = await student(server);
  /** Starts a node where one has ended, and waits until the balancer sends it something. */
  const replace = async (at: 0 | 1) => {
    nodes[at] = await runServer({ ...env, PORT: new URL(nodes[at].url).port });
    await isGivenRequests(nodes[at]);
  };
  return { model, nodes, server, url, sam, lessonId, replace };
}

describe('two nodes behind HAProxy', () => {
  test('are replaced one after the other without one question or request that fails', async () => {
    const { model, nodes, server, url, sam, lessonId, replace } = await school();
    const first = askStream(server, sam, { lessonId, message: 'Why?', clientRequestId: 'long' });
    const long = await model.nextCall();
    long.say('Because ');
    expect(await first.next()).toMatchObject({ text: 'Because ' });
    model.always((call) => call.say('Yes, ', 'it is.').finish());
    const [generating, other] = (await answersRunning(nodes[0])) === 1 ? ([0, 1] as const) : ([1, 0] as const);

    let isOver = false;
    let [asked, read] = [0, 0];
    const asking = async () => {
      while (!isOver) {
        const input = { lessonId, message: 'Is it?', clientRequestId: crypto.randomUUID() };
        const chat = endedChat(await askStream(server, sam, input).rest());
        expect(chat).toMatchObject({ status: 'COMPLETED', response: 'Yes, it is.' });
        asked++;
      }
    };
    const reading = async () => {
      while (!isOver) {
        await ok(url, CoursesDocument, {});
        read++;
      }
    };
    const replacing = async () => {
      const stopped = nodes[generating].exit;
      nodes[generating].signal('SIGTERM');
      await takesNoQuestion(nodes[generating]);
      const [askedBefore, readBefore] = [asked, read];
      // All goes on at the other node, while the answer that runs here goes on here.
      while (asked < askedBefore + 3 || read < readBefore + 3) await isGivenRequests(nodes[other]);
      long.say('it is.').finish();
      expect(await stopped).toBe(0);
      await replace(generating);
      nodes[other].signal('SIGTERM');
      expect(await nodes[other].exit).toBe(0);
      await replace(other);
      isOver = true;
    };
    const loops = [asking(), asking(), reading(), reading(), reading()];
    await Promise.all([replacing(), ...loops]);

    expect(endedChat(await first.rest())).toMatchObject({ status: 'COMPLETED', response: 'Because it is.' });
  });

  test('know their client by the address that the balancer saw, not by one that the client made up', async () => {
    const { nodes, url } = await school();

    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' };
    const asked = request(`${url}/graphql`, { method: 'POST', headers, localAddress: '127.0.0.2' });
    asked.end(JSON.stringify({ query: '{ me { id } }' }));
    const [response] = await once(asked, 'response');
    response.resume();

    const lines = await Promise.race(nodes.map((node) => node.saysTimes('"code":"UNAUTHENTICATED"', 1)));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ address: '127.0.0.2' });
  });

  test('have each upload to themselves', async () => {
    const { nodes, url } = await school();

    for (let n = 0; n < 6; n++) await fetch(`${url}/uploads/7?n=${n}`, { method: 'HEAD' });

    // One of them had all: had both had some, none would ever say it so often.
    await Promise.race(nodes.map((node) => node.saysTimes('"path":"/uploads/7"', 6)));
  });
});

async function isGivenRequests(node: Node): Promise<void> {
  const metricsUrl = metricsOf(node);
  const before = (await scrape({ metricsUrl }))[COURSES] ?? 0;
  while (((await scrape({ metricsUrl }))[COURSES] ?? 0) === before);
}

function metricsOf(node: Node): string {
  return /"metricsUrl":"([^"]+)"/.exec(node.stdout())?.[1] ?? '';
}

async function answersRunning(node: Node): Promise<number> {
  return (await scrape({ metricsUrl: metricsOf(node) })).lectern_answers_running ?? 0;
}

async function takesNoQuestion(node: Node): Promise<void> {
  while ((await ok(node.url, HealthDocument, {})).health.tutor.ready);
}
