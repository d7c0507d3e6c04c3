import { Field, InputType } from 'type-graphql';
import { Role } from './role.js';

@InputType({ description: 'A new account.' })
export class RegisterInput {
  @Field({ description: '3 to 30 letters, digits, `_`, `.` or `-`; unique without regard to case.' })
  username!: string;

  @Field({ description: 'The login; unique without regard to case.' })
  email!: string;

  @Field({ description: '8 to 128 characters, none of the most common passwords.' })
  password!: string;

  @Field(() => Role, { nullable: true, defaultValue: Role.STUDENT, description: '`STUDENT` or `INSTRUCTOR`.' })
  role!: Role | null;
}

@InputType({ description: 'Who signs in.' })
export class LoginInput {
  @Field({ description: 'Compared without regard to case.' })
  email!: string;

  @Field({ description: 'The password of the account.' })
  password!: string;
}
