import { registerEnumType } from 'type-graphql';

export enum Role {
  STUDENT = 'STUDENT',
  INSTRUCTOR = 'INSTRUCTOR',
  ADMIN = 'ADMIN',
}

export const ROLES = ['STUDENT', 'INSTRUCTOR', 'ADMIN'] as const;

registerEnumType(Role, {
  name: 'Role',
  description: 'What an account may do.',
  valuesConfig: {
    STUDENT: { description: 'Watches and asks.' },
    INSTRUCTOR: { description: 'Publishes courses, and all that a student does.' },
    ADMIN: { description: 'Changes everything. Nobody registers as one: `npm run admin -- promote EMAIL`.' },
  },
});
