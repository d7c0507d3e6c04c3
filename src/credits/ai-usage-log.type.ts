import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../shared/date-time.js';
import { connectionOf } from '../shared/page.js';
import type { Columns } from '../shared/tables.js';
import type { UsageRow } from './usage.row.js';

export enum UsageSource {
  PROVIDER = 'PROVIDER',
  ESTIMATED = 'ESTIMATED',
}

registerEnumType(UsageSource, {
  name: 'UsageSource',
  description: 'Who counted the tokens, or the seconds.',
  valuesConfig: {
    PROVIDER: { description: 'The model’s own count.' },
    ESTIMATED: { description: 'Our own count, where the model gave none.' },
  },
});

@ObjectType('AIUsageLog', { simpleResolvers: true, description: 'A call to a model that was answered.' })
export class AIUsageLog implements Omit<Columns<UsageRow>, 'userId' | 'source'> {
  @Field(() => ID, { description: 'Id of the log row.' })
  id!: number;

  @Field(() => ID, { nullable: true, description: 'The chat message that the call answered.' })
  chatId!: number | null;

  @Field(() => ID, { nullable: true, description: 'The processing job that the calls were made for.' })
  jobId!: number | null;

  @Field({ description: '`openai` for any OpenAI-compatible server, `embedded` for the extractive tutor.' })
  provider!: string;

  @Field({ description: 'The model’s name at the provider.' })
  model!: string;

  @Field(() => Int, { description: 'Tokens of the prompt.' })
  tokensInput!: number;

  @Field(() => Int, { description: 'Tokens of the answer.' })
  tokensOutput!: number;

  @Field(() => Float, { nullable: true, description: 'Seconds of speech written down; null for an answer.' })
  audioSeconds!: number | null;

  @Field(() => UsageSource, { description: 'Who counted them.' })
  source!: UsageSource;

  @Field(() => DateTime, { description: 'When the call ended.' })
  createdAt!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A page of a list of `AIUsageLog`.' })
export class AIUsageLogConnection extends connectionOf('AIUsageLog', () => AIUsageLog) {}
