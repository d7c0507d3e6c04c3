import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { grant } from '../../src/credits/ledger.service.js';
import { transaction } from '../../src/shared/app.js';
import { ChatRow } from '../../src/tutor/chat.row.js';
import { endOrphans } from '../../src/tutor/sweep.service.js';
import { ok, request } from '../support/client.js';
import { AskTutorDocument, CancelTutorDocument, ChatMessageByIdDocument } from '../support/generated/graphql.js';
import { expectLedgerExact } from '../support/ledger.js';
import { student } from '../support/people.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import type { ModelCall } from '../support/scripted-model.js';

type Step =
  | { do: 'ask' }
  | { do: 'grant'; amount: number }
  | { do: 'say' | 'finish' | 'break' | 'cancel' | 'crash'; which: number };

const steps = fc.array(
  fc.oneof(
    fc.constant<Step>({ do: 'ask' }),
    fc.record({ do: fc.constant('grant' as const), amount: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ do: fc.constantFrom('say', 'finish', 'break', 'cancel', 'crash'), which: fc.nat(5) }),
  ) as fc.Arbitrary<Step>,
  { minLength: 3, maxLength: 14 },
);

describe('for any order of grants, asks, endings, cancels and crashes', () => {
  it('the ledger’s sum is the balance, and every hold is released once', async () => {
    const env = { TUTOR_RUNNING_PER_USER: '5', CREDITS_PER_1K_OUTPUT: '30', SIGNUP_CREDITS: '60' };
    const { server, lessonId, model } = await scriptedClassroom({ env });
    let people = 0;
    const property = fc.asyncProperty(steps, async (plan) => {
      const who = await student(server, `student${people++}`);
      const running: { id: string; call: ModelCall }[] = [];
      const ended = async (id: string) => {
        for (;;) {
          const { chatMessage } = await ok(server.url, ChatMessageByIdDocument, { id }, who.token);
          if (chatMessage?.status !== 'STREAMING') return;
        }
      };
      const carryOut = async (step: Step) => {
        if (step.do === 'grant') return grant(server.app, Number(who.id), step.amount, 'property');
        if (step.do === 'ask') {
          const asked = await request(
            server.url,
            AskTutorDocument,
            { input: { lessonId, message: 'Why?' } },
            who.token,
          );
          if (asked.data) running.push({ id: asked.data.askTutor.id, call: await model.nextCall() });
          return;
        }
        const [answer] = running.splice(step.which % Math.max(running.length, 1), 1);
        if (!answer) return;
        const { id, call } = answer;
        if (step.do === 'say') {
          call.say('Some words. ');
          running.push(answer);
          return;
        }
        if (step.do === 'finish') call.say('The end.').finish('stop', { input: 100, output: 700 });
        if (step.do === 'break') call.say('Half').response.end();
        if (step.do === 'cancel') await ok(server.url, CancelTutorDocument, { chatId: id }, who.token);
        if (step.do === 'crash') await abandon(Number(id));
        await ended(id);
      };
      const abandon = async (id: number) => {
        const dead = { leaseNumber: 1, leaseExpiresAt: Date.now() - 1 };
        await transaction(server.app, (em) => em.nativeUpdate(ChatRow, { id, status: 'STREAMING' }, dead));
        await endOrphans(server.app);
      };
      for (const step of plan) await carryOut(step);
      for (const { call } of running) call.say('Late.').finish();
      for (const { id } of running) await ended(id);
      await expectLedgerExact(server, who);
    });
    await fc.assert(property, { numRuns: 25 });
  }, 120_000);
});
