import { pause } from '../shared/abortable.js';
import type { App } from '../shared/app.js';
import { Statement } from '../shared/statement.js';
import { STREAMING } from './chat.row.js';
import { renewLeases, storeTexts } from './kept-answers.js';
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
    await this.#flush(running);
    await this.lookForCancels();
  }

  /** Stops the answers of this process whose askers want that. */
  async lookForCancels(): Promise<void> {
    if (this.#answers.size === 0) return;
    for (const { id } of await this.app.statements.read(cancelRequests, {})) this.get(id)?.stop('cancelled');
  }

  async #flush(running: readonly RunningAnswer[]): Promise<void> {
    const { app } = this;
    // Taken before the database's own: the lease that we count on ends no later than the one that others see.
    const now = app.clock.monotonic();
    const unsaved = running.filter((answer) => answer.unsaved).map((answer) => ({ answer, response: answer.text }));
    // Less often than the text: each renewal moves the row in the index of running answers.
    const expiring = running.filter((answer) => answer.leaseUntil - now < RENEW_BEFORE_MS);
    if (unsaved.length + expiring.length === 0) return;
    const gone = await app.statements.transaction(async (tx) => {
      const texts = unsaved.map(({ answer: { chatId, leaseNumber }, response }) => ({ chatId, leaseNumber, response }));
      const lost = await storeTexts(app, tx, texts);
      return lost.union(await renewLeases(app, tx, expiring));
    });
    const lost = new Set(running.filter(({ chatId }) => gone.has(chatId)));
    for (const { answer, response } of unsaved) if (!lost.has(answer)) answer.stored(response.length);
    for (const answer of expiring) if (!lost.has(answer)) answer.renewed(now + LEASE_MS);
    for (const answer of lost) if (!answer.over) this.#lose(answer);
  }

  /** The row is no longer ours: it was ended, by us a moment ago or by a sweep that took us for dead. */
  #lose(answer: RunningAnswer): void {
    answer.stop('lost');
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

/** Of all running answers, also those of other processes: few are cancelled at a time. */
const cancelRequests = new Statement<object, { id: number }>((db) =>
  db.selectFrom('chatHistory').select('id').where('status', '=', STREAMING).where('cancelRequestedAt', 'is not', null),
);
