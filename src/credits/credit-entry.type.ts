import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../shared/date-time.js';
import { connectionOf } from '../shared/page.js';
import type { Columns } from '../shared/tables.js';
import type { CreditEntryRow } from './credit-entry.row.js';

export enum CreditReason {
  SIGNUP = 'SIGNUP',
  GRANT = 'GRANT',
  HOLD = 'HOLD',
  RELEASE = 'RELEASE',
}

registerEnumType(CreditReason, {
  name: 'CreditReason',
  description: 'Why a balance moved.',
  valuesConfig: {
    SIGNUP: { description: 'The first grant of a new account.' },
    GRANT: { description: 'Given by an administrator.' },
    HOLD: { description: 'Set aside for an answer or a transcription when it was asked for.' },
    RELEASE: { description: 'What of a hold was not charged, when the answer or the job ended.' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: 'A line of an account’s ledger. Lines are only added; their sum is `Account.credits`.',
})
export class CreditEntry implements Omit<Columns<CreditEntryRow>, 'userId' | 'reason' | 'jobHold'> {
  @Field(() => ID, { description: 'Id of the entry.' })
  id!: number;

  @Field(() => Int, { description: 'Credits; below zero where they were set aside.' })
  amount!: number;

  @Field(() => Int, { description: 'The balance with this entry.' })
  balanceAfter!: number;

  @Field(() => CreditReason, { description: 'Why the balance moved.' })
  reason!: CreditReason;

  @Field(() => ID, { nullable: true, description: 'The chat message that the credits were held for.' })
  chatId!: number | null;

  @Field(() => ID, { nullable: true, description: 'The processing job that the credits were held for.' })
  jobId!: number | null;

  @Field(() => String, { nullable: true, description: 'The reason that an administrator gave.' })
  note!: string | null;

  @Field(() => DateTime, { description: 'When it was written.' })
  createdAt!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A page of a list of `CreditEntry`.' })
export class CreditEntryConnection extends connectionOf('CreditEntry', () => CreditEntry) {}
