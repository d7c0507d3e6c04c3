import { Field, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'Credits for an account.' })
export class GrantCreditsInput {
  @Field(() => ID, { description: 'Who gets them.' })
  userId!: string;

  @Field(() => Int, { description: '1 to 1,000,000.' })
  amount!: number;

  @Field({ description: 'Shown to the account’s owner as `CreditEntry.note`; 1 to 500 characters.' })
  reason!: string;
}
