// How the floor and Apollo read: the file that Lectern seeded, opened as Lectern's reader opens it.
import Database from 'better-sqlite3';

export const database = new Database(process.env.DATABASE_FILE, { readonly: true });

/** Of courses `c`: those that everyone may read. */
export const PUBLISHED = "c.status = 'PUBLISHED' and c.deleted_at is null";

/** The place of a course in lists by creation, as an opaque text. */
export function cursorOf({ createdAt, id }) {
  return Buffer.from(`${createdAt}/${id}`).toString('base64url');
}

/** @returns creation and id of the course that a cursor stands for */
export function placeOf(cursor) {
  return Buffer.from(cursor, 'base64url').toString().split('/').map(Number);
}
