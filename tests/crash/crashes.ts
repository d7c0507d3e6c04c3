import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { ok } from '../support/client.js';
import { CancelTutorDocument, ChatMessageByIdDocument } from '../support/generated/graphql.js';
import type { Person } from '../support/people.js';
import type { ModelCall } from '../support/scripted-model.js';
import type { EventStream } from '../support/streams.js';

/** A student's question on a server that is about to die. */
export interface Asked {
  url: string;
  sam: Person;
  clientRequestId: string;
  stream: EventStream;
  call: ModelCall;
}

/** A point to die at, how an answer comes to it, and what must be true of the answer afterwards. */
export interface Crash {
  at: string;
  nth?: number;
  /** Leads the answer on to the point, once the model is asked; absent where the server dies before. */
  lead?(asked: Asked): Promise<unknown>;
  /** Dies a second time at this point, in the sweep that ends what the first death left. */
  thenAt?: string;
  /** The answer as it is in the end; null when nothing of the question may be there. */
  leaves: { status: string; response: string; charged: boolean; usage: string | null } | null;
  /** What its status may be instead. */
  orStatus?: string;
}

const HALF = 'Half an 😀';
/** What the model says to whoever asks it after the restart. */
export const WHOLE = `${HALF} answer.`;

const NOTHING_DELIVERED = { status: 'INTERRUPTED', response: '', charged: false, usage: null };
const HALF_DELIVERED = { status: 'INTERRUPTED', response: HALF, charged: true, usage: 'ESTIMATED' };
const COMPLETED = { status: 'COMPLETED', response: HALF, charged: true, usage: 'PROVIDER' };
/** All that comes is stored before the end comes: what is left behind does not hang on the moment. */
const finish = (asked: Asked) => halfStored(asked).then(() => asked.call.finish());

/** The balance moves for the teacher's sign-up, the student's, the hold and the release, in this order. */
const [HOLD, RELEASE] = [3, 4];

export const CRASHES: Crash[] = [
  { at: 'ask.row-written', leaves: null },
  { at: 'ledger.balance-moved', nth: HOLD, leaves: null },
  { at: 'ask.before-commit', leaves: null },
  { at: 'ask.committed', leaves: NOTHING_DELIVERED },
  { at: 'generation.text-heard', lead: async ({ call }) => call.say(HALF), leaves: NOTHING_DELIVERED },
  {
    at: 'generation.text-heard',
    nth: 2,
    lead: (asked) => halfStored(asked).then(() => asked.call.say(' answer that nobody stored')),
    leaves: HALF_DELIVERED,
  },
  {
    at: 'cancel.requested',
    lead: async (asked) => {
      await halfStored(asked);
      const { url, clientRequestId, sam } = asked;
      await expect(ok(url, CancelTutorDocument, { clientRequestId }, sam.token)).rejects.toThrow();
    },
    leaves: HALF_DELIVERED,
    // While the disk is waited for, the request can be read and obeyed.
    orStatus: 'CANCELLED',
  },
  { at: 'generation.finished', lead: finish, leaves: HALF_DELIVERED },
  { at: 'ending.row-written', lead: finish, leaves: HALF_DELIVERED },
  { at: 'ledger.balance-moved', nth: RELEASE, lead: finish, leaves: HALF_DELIVERED },
  { at: 'ending.before-commit', lead: finish, leaves: HALF_DELIVERED },
  { at: 'ending.committed', lead: finish, leaves: COMPLETED },
  { at: 'ending.before-commit', lead: finish, thenAt: 'ending.before-commit', leaves: HALF_DELIVERED },
  { at: 'ending.before-commit', lead: finish, thenAt: 'ending.committed', leaves: HALF_DELIVERED },
];

/** Half of the answer has been shown to the student, and stored. */
async function halfStored({ url, sam, stream, call }: Asked): Promise<void> {
  call.say(HALF);
  const token = await stream.next();
  const id = 'chatId' in token ? token.chatId : '';
  let stored = '';
  while (stored !== HALF) {
    await pause(50);
    stored = (await ok(url, ChatMessageByIdDocument, { id }, sam.token)).chatMessage?.response ?? '';
  }
}
