import * as z from 'zod';
import { badInput } from '../shared/coded-error.js';

const MAX_EMAIL_LENGTH = 254; // RFC 5321, 4.5.3.1.3
const emailShape = z.email();

/** The e-mail in lower case, as it is stored and compared. @throws BAD_USER_INPUT on `email` */
export function checkEmail(text: string): string {
  const email = text.trim().toLowerCase();
  if (email.length <= MAX_EMAIL_LENGTH && emailShape.safeParse(email).success) return email;
  throw badInput('email', 'This is no e-mail address. Write it like ada@example.org.');
}

/** @throws BAD_USER_INPUT on `username` */
export function checkUsername(username: string): string {
  if (/^[A-Za-z0-9_.-]{3,30}$/.test(username)) return username;
  throw badInput('username', 'A username has 3 to 30 letters, digits, "_", "." or "-".');
}

const MOST_CHARACTERS = 128;

/**
 * Checks a new password; the characters counted are code points.
 * @param field of the input that holds it
 * @throws BAD_USER_INPUT on the field when it is too short, too long or among the most common ones
 */
export async function checkPassword(password: string, field = 'password'): Promise<void> {
  if (isTooLong(password)) throw badInput(field, 'The password is too long: use at most 128 characters.');
  if ([...password].length < 8) throw badInput(field, 'The password is too short: use at least 8 characters.');
  if ((await commonPasswords()).has(password.toLowerCase())) {
    throw badInput(field, 'This password is among the most common ones and soon guessed: choose another.');
  }
}

/** Whether no account can have this password. */
export function isTooLong(password: string): boolean {
  // A character has one or two code units: what has more than twice as many is not counted.
  return password.length > 2 * MOST_CHARACTERS || [...password].length > MOST_CHARACTERS;
}

let common: Promise<Set<string>> | undefined;

/** Loaded at the first registration: a start without one should not pay for the list. */
function commonPasswords(): Promise<Set<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common']));
  return common;
}
