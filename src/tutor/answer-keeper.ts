import { pause } from '../shared/abortable.js';
import { type App, transaction } from '../shared/app.js';
import { ChatRow } from './chat.row.js';
import { LEASE_MS, type RunningAnswer } from './running-answer.js';
import { endOrphans } from './sweep.service.js';

/** Stored text is at most 250 ms behind what was shown: this, and the time of the write itself. */
const FLUSH_MS = 150;
const RENEW_BEFORE_MS = LEASE_MS - 2000;
const SWEEP_MS = 1000;

/**
 * Keeps the rows of this process's answers: writes their text in batches (all answers in one transaction), renews
 * their leases, notices requests to cancel, and ends what a dead process has left.
 */
export class AnswerKeeper {
  readonly #answers = new Map<number, RunningAnswer>();
  readonly #rounds: Promise<void>[] = [];
  readonly #stopping = new AbortController();

  constructor(private readonly app: App) {}

  start(): void {
    this.#repeat(FLUSH_MS, () => this.#keep());
    this.#repeat(SWEEP_MS, () => endOrphans(this.app));
  }

  /** Takes care of an answer until its ending is committed. */
  add(answer: RunningAnswer): void {
    this.#answers.set(answer.chatId, answer);
    answer.ended.then(() => this.#answers.delete(answer.chatId));
  }

  get(chatId: number): RunningAnswer | undefined {
    return this.#answers.get(chatId);
  }

  get running(): RunningAnswer[] {
    return [...this.#answers.values()];
  }

  /** Ends what runs again and again; resolves when none of it uses the database any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#rounds);
  }

  async #keep(): Promise<void> {
    const running = this.running;
    if (running.length === 0) return;
    const now = this.app.clock.monotonic();
    const due = running.filter((answer) => answer.unsaved || answer.leaseUntil - now < RENEW_BEFORE_MS);
    if (due.length > 0) await this.#flush(due);
    for (const chatId of await this.#cancelRequests(running)) this.get(chatId)?.stop('cancelled');
  }

  async #flush(answers: readonly RunningAnswer[]): Promise<void> {
    const { app } = this;
    // Taken before the database's own: the lease that we count on ends no later than the one that others see.
    const leaseUntil = app.clock.monotonic() + LEASE_MS;
    const lengths = answers.map(({ text }) => text.length);
    const kept = await transaction(app, async (em) => {
      const leaseExpiresAt = (await app.dialect.readNowMs(em)) + LEASE_MS;
      const results: boolean[] = [];
      for (const [index, { chatId, leaseNumber, text }] of answers.entries()) {
        const response = text.slice(0, lengths[index]);
        const ours = { id: chatId, status: 'STREAMING', leaseNumber } as const;
        results.push((await em.nativeUpdate(ChatRow, ours, { response, leaseExpiresAt })) > 0);
      }
      return results;
    });
    for (const [index, answer] of answers.entries()) {
      if (kept[index]) answer.stored(lengths[index] ?? 0, leaseUntil);
      else if (!answer.over) this.#lose(answer);
    }
  }

  /** The row is no longer ours: it was ended, by us a moment ago or by a sweep that took us for dead. */
  #lose(answer: RunningAnswer): void {
    answer.stop('lost');
  }

  async #cancelRequests(running: readonly RunningAnswer[]): Promise<number[]> {
    const ids = running.map(({ chatId }) => chatId);
    const rows = await this.app.read
      .selectFrom('chatHistory')
      .select('id')
      .where('id', 'in', ids)
      .where('cancelRequestedAt', 'is not', null)
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Runs again so long after it has ended: a slow database is not asked twice at once. */
  #repeat(everyMs: number, work: () => Promise<void>): void {
    const { signal } = this.#stopping;
    const rounds = async () => {
      while (!signal.aborted) {
        try {
          await work();
        } catch (error) {
          this.app.log.error({ err: error }, 'running answers could not be kept');
        }
        await pause(everyMs, signal);
      }
    };
    this.#rounds.push(rounds());
  }
}
