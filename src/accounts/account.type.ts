import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../shared/date-time.js';
import type { AccountFields } from './account.queries.js';
import { Role } from './role.js';

@ObjectType({ simpleResolvers: true, description: 'An account, as its owner and administrators see it.' })
export class Account implements Omit<AccountFields, 'role'> {
  @Field(() => ID, { description: 'The same id as of the `User` that others see.' })
  id!: number;

  @Field({ description: 'Unique without regard to case; shown to others.' })
  username!: string;

  @Field({ description: 'The login, in lower case. On no public type.' })
  email!: string;

  @Field(() => Role, { description: 'What the account may do.' })
  role!: Role;

  @Field(() => Boolean, { description: 'False when an administrator has disabled it.' })
  isActive!: boolean;

  @Field(() => Int, { description: 'What may still be spent: the sum of `creditHistory`. Never negative.' })
  credits!: number;

  @Field(() => DateTime, { description: 'When it was registered.' })
  createdAt!: number;
}

@ObjectType({ simpleResolvers: true, description: 'What others may see of an account.' })
export class User {
  @Field(() => ID, { description: 'The account’s id.' })
  id!: number;

  @Field({ description: 'The name to show.' })
  username!: string;
}
