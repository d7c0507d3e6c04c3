import { pause } from '../shared/abortable.js';
import type { App } from '../shared/app.js';
import { type LanguageModel, ModelError, type ModelEvent, type ModelRequest } from './language-model.js';

const RETRIES = 2;
const LONGEST_WAIT_MS = 10_000;
/** For the usage, which comes after the finish where it comes at all. */
const AFTER_FINISH_MS = 1000;

/**
 * One question to the model, within its bounds: content within the first-token time of the ask (over attempts and
 * waits together), then never silent for longer than the idle time, and all within the total time. A failure is tried
 * again only while nothing was shown, and never when it was a timeout.
 * @param askedAt by the monotonic clock
 * @throws ModelError; ends quietly when the signal is aborted
 */
export async function* callModel(
  app: App,
  model: LanguageModel,
  request: ModelRequest,
  { signal, askedAt }: { signal: AbortSignal; askedAt: number },
): AsyncGenerator<ModelEvent> {
  const firstContentBy = askedAt + app.config.tutor.firstTokenTimeoutMs;
  for (let attempt = 1; ; attempt++) {
    let shown = false;
    try {
      for await (const event of oneAttempt(app, model, request, { signal, askedAt })) {
        shown ||= event.type === 'text';
        yield event;
      }
      return;
    } catch (error) {
      if (shown || signal.aborted || attempt > RETRIES) throw error;
      if (!(error instanceof ModelError) || !error.facts.retryable) throw error;
      const waitMs = Math.min(error.facts.retryAfterMs ?? backoffMs(attempt), LONGEST_WAIT_MS);
      // A wait that would end too late is not begun: the student learns of the failure at once.
      if (app.clock.monotonic() + waitMs >= firstContentBy) throw error;
      app.log.warn({ err: error, attempt, waitMs }, 'the model failed: trying again');
      await pause(waitMs, signal);
    }
  }
}

async function* oneAttempt(
  app: App,
  model: LanguageModel,
  request: ModelRequest,
  { signal, askedAt }: { signal: AbortSignal; askedAt: number },
): AsyncGenerator<ModelEvent> {
  const { firstTokenTimeoutMs, idleTimeoutMs, totalTimeoutMs } = app.config.tutor;
  const endBy = askedAt + totalTimeoutMs;
  using watchdog = new Watchdog(app, Math.min(askedAt + firstTokenTimeoutMs, endBy));
  let finished = false;
  try {
    for await (const event of model.stream(request, AbortSignal.any([signal, watchdog.signal]))) {
      if (event.type === 'finish') {
        finished = true;
        watchdog.deadline = app.clock.monotonic() + AFTER_FINISH_MS;
      } else if (event.type === 'text' && !finished) {
        // Counted on content: a server that sends comments for ever is silent all the same.
        watchdog.deadline = Math.min(app.clock.monotonic() + idleTimeoutMs, endBy);
      }
      yield event;
    }
  } catch (error) {
    // After the finish only the usage was waited for: whatever went wrong then, the answer is whole.
    if (!finished && !signal.aborted && !watchdog.signal.aborted) throw error;
  }
  if (finished || signal.aborted) return;
  if (watchdog.signal.aborted) throw new ModelError('timeout', { retryable: false });
  throw new ModelError('the stream ended without a finish', { retryable: true });
}

/** Aborts its signal when the deadline has passed. Moving the deadline costs nothing: one timer follows it. */
class Watchdog {
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly app: App,
    public deadline: number,
  ) {
    this.#watch();
  }

  #watch(): void {
    const leftMs = this.deadline - this.app.clock.monotonic();
    if (leftMs <= 0) this.#controller.abort();
    // Looks again at least every half second, since a deadline may also come nearer.
    else this.#timer = setTimeout(() => this.#watch(), Math.min(leftMs, 500));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

function backoffMs(attempt: number): number {
  return 250 * 2 ** attempt * (0.5 + Math.random() / 2);
}
