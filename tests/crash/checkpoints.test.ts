import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pLimit from 'p-limit';
import { ok } from '../support/client.js';
import { databaseOf, onPostgres } from '../support/database.js';
import { AskTutorDocument, CreditHistoryDocument } from '../support/generated/graphql.js';
import { expectLedgerExact } from '../support/ledger.js';
import { classroom, type Person } from '../support/people.js';
import { type RunningProcess, runNode } from '../support/process.js';
import { startScriptedModel } from '../support/scripted-model.js';
import type { TestServer } from '../support/server.js';
import { fileFaults } from '../support/stored.js';
import { askStream, endedChat, textOf } from '../support/streams.js';
import { CRASHES, type Crash, WHOLE } from './crashes.js';
import { readEvidence } from './evidence.js';

const SETTINGS = { PORT: '0', NODE_ENV: 'production', JWT_SECRET: 'a secret that outlives the processes of a test' };

interface Crashed {
  dataDir: string;
  sam: Person;
  input: { lessonId: string; message: string; clientRequestId: string };
}

describe('a server that was killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lectern-crash-'));
  const crashed = new Map<Crash, Crashed>();

  // All die first, two at a time: most leases have run out before the first is started again.
  beforeAll(async () => {
    const limit = pLimit(2);
    await Promise.all(
      CRASHES.map((crash, index) =>
        limit(async () => crashed.set(crash, await die(crash, join(folder, String(index))))),
      ),
    );
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // The last to die goes first: its answer is still leased when it is asked for again.
  it.each(CRASHES.toReversed().map((crash) => [nameOf(crash), crash] as const))(
    'at %s is whole again after its restart',
    async (_name, crash) => {
      const { dataDir, sam, input } = crashed.get(crash) as Crashed;
      const model = await startScriptedModel();
      model.always((call) => call.say(WHOLE).finish());
      const { url, child, exited } = await serve('dist/main.js', { ...model.env, DATA_DIR: dataDir });
      const server = { url } as TestServer;
      const before = await ledgerOf(url, sam);
      expect(before).toEqual(crash.leaves ? expect.arrayContaining(['HOLD', 'SIGNUP']) : ['SIGNUP']);

      const first = await askStream(server, sam, input).rest();
      const again = await askStream(server, sam, input).rest();
      const { askTutor } = await ok(url, AskTutorDocument, { input }, sam.token);

      const chat = endedChat(first);
      const { charged, usage, ...expected } = crash.leaves ?? {
        status: 'COMPLETED',
        response: WHOLE,
        charged: true,
        usage: 'PROVIDER',
      };
      const leaves = chat.status === crash.orStatus ? { ...expected, status: chat.status } : expected;
      expect(chat).toMatchObject({ ...leaves, usage: usage && { source: usage } });
      expect(chat.creditsCharged > 0).toBe(charged);
      expect(textOf(first)).toBe(chat.response);
      expect(again.at(-1)).toEqual(first.at(-1));
      expect(textOf(again)).toBe(chat.response);
      expect(askTutor).toEqual(chat);
      expect(model.calls).toHaveLength(crash.leaves ? 0 : 1);
      await expectLedgerExact(server, sam);

      child.kill('SIGTERM');
      expect(await exited).toBe(0);
      if (!onPostgres) expect(fileFaults(dataDir)).toEqual([]);
      expect(await readEvidence(dataDir)).toEqual({
        chats: [{ id: Number(chat.id), status: leaves.status }],
        accounts: [{ chatId: Number(chat.id), holds: 1, releases: 1, usageRows: usage ? 1 : 0 }],
        wrongBalances: [],
      });
    },
  );
});

/** A student asks, and the server dies at the point; its folder is left as it was then. */
async function die(crash: Crash, dataDir: string): Promise<Crashed> {
  const model = await startScriptedModel();
  const env = { ...model.env, DATA_DIR: dataDir, CRASH_AT: crash.at, CRASH_NTH: String(crash.nth ?? 1) };
  const { url, exited, child } = await serve('tests/crash/server.mjs', env);
  const { lessonId, sam } = await classroom({ url } as TestServer);
  const input = { lessonId, message: 'Why is it fast?', clientRequestId: 'the one question' };
  const stream = askStream({ url } as TestServer, sam, input);
  const { clientRequestId } = input;
  if (crash.lead) await crash.lead({ url, sam, clientRequestId, stream, call: await model.nextCall() });
  await exited;
  expect(child.signalCode).toBe('SIGKILL');
  if (crash.thenAt) {
    const sweeping = runNode(['tests/crash/server.mjs'], { ...SETTINGS, ...env, CRASH_AT: crash.thenAt });
    await sweeping.exited;
    expect(sweeping.child.signalCode).toBe('SIGKILL');
  }
  return { dataDir, sam, input };
}

/** A program that serves, as a process of its own. */
async function serve(program: string, env: Record<string, string>): Promise<RunningProcess & { url: string }> {
  await databaseOf(env.DATA_DIR ?? '');
  const running = runNode([program], { ...SETTINGS, ...env });
  const [, url = ''] = await running.printed(/"url":"([^"]+)"/);
  return { ...running, url };
}

/** Reasons of the student's ledger, the newest first. */
async function ledgerOf(url: string, { token }: Person): Promise<string[]> {
  const { creditHistory } = await ok(url, CreditHistoryDocument, {}, token);
  return creditHistory.nodes.map(({ reason }) => reason);
}

function nameOf({ at, nth = 1, thenAt }: Crash): string {
  const times = nth > 1 ? ` (time ${nth})` : '';
  return `${at}${times}${thenAt ? `, and in its sweep at ${thenAt},` : ''}`;
}
