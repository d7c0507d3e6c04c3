import { type FileHandle, open } from 'node:fs/promises';

/**
 * Forces what has been committed to the disk, beside the event loop. One call of the system serves all who have
 * committed before it began, so that it is the disk's pace that counts and not the number of commits.
 */
export class WalSync {
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #log: FileHandle | null = null;

  /** @param file the database, whose write-ahead log lies beside it as long as it is open */
  constructor(private readonly file: string) {}

  /** Resolves when all that was committed before this call would survive a power cut; rejects when the disk fails. */
  wait(): Promise<void> {
    // One that runs may have begun before the commit.
    this.#next ??= (this.#running ?? Promise.resolve()).catch(() => {}).then(() => this.#sync());
    return this.#next;
  }

  /** Waits for what runs, and closes the log. */
  async close(): Promise<void> {
    await this.#next?.catch(() => {});
    await this.#running?.catch(() => {});
    await this.#log?.close();
    this.#log = null;
  }

  #sync(): Promise<void> {
    const running = this.#force();
    this.#running = running;
    this.#next = null;
    return running;
  }

  async #force(): Promise<void> {
    this.#log ??= await open(`${this.file}-wal`, 'r+');
    await this.#log.datasync();
  }
}
