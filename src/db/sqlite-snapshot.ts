// biome-ignore lint/style/noRestrictedImports: a type alone
import type Database from 'better-sqlite3';
import { atTurnEnd } from '../shared/turn-end.js';

/**
 * One read transaction for all reads of a turn of the event loop, whose locks otherwise cost as much as a small read
 * itself. Whatever is answered in a turn was sent before it, so that no read misses what its sender knows of; what this
 * process writes ends the snapshot, so that a mutation's result is read as it was committed.
 */
export class TurnSnapshot {
  #statements: { begin: Database.Statement; commit: Database.Statement } | undefined;
  #isHeld = false;
  readonly #endLater = atTurnEnd(() => this.end());

  constructor(private readonly open: () => Database.Database) {}

  /** Called before each read. */
  hold(): void {
    if (this.#isHeld) return;
    this.#statements ??= { begin: this.open().prepare('begin'), commit: this.open().prepare('commit') };
    this.#statements.begin.run();
    this.#isHeld = true;
    this.#endLater();
  }

  /** Called before each statement of whoever writes, and at the turn's end. */
  end(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    // An error of the disk may have ended it, and the server's stop the handle.
    if (this.open().open && this.open().inTransaction) this.#statements?.commit.run();
  }
}
