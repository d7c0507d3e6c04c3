import type { App } from '../shared/app.js';
import { type LanguageModel, ModelError, type ModelEvent, type ModelRequest } from './language-model.js';
import type { RunningAnswer } from './running-answer.js';

const RETRIES = 2;
const LONGEST_WAIT_MS = 10_000;
/** For the usage, which comes after the finish where it comes at all. */
const AFTER_FINISH_MS = 1000;
const LOOK_AGAIN_MS = 500;

/**
 * One question to the model, within its bounds: content within the first-token time of the ask (over attempts and
 * waits together), then never silent for longer than the idle time, and all within the total time. A failure is tried
 * again only while nothing was shown, and never when it was a timeout.
 * @param hear is called with each event as it comes
 * @throws ModelError; resolves quietly when the answer is stopped
 */
export async function callModel(
  app: App,
  model: LanguageModel,
  request: ModelRequest,
  answer: RunningAnswer,
  hear: (event: ModelEvent) => void,
): Promise<void> {
  const firstContentBy = answer.askedAt + app.config.tutor.firstTokenTimeoutMs;
  const progress = { shown: false };
  for (let attempt = 1; ; attempt++) {
    try {
      return await oneAttempt(app, model, request, answer, hear, progress);
    } catch (error) {
      if (progress.shown || answer.stopReason || attempt > RETRIES) throw error;
      if (!(error instanceof ModelError) || !error.facts.retryable) throw error;
      const waitMs = Math.min(error.facts.retryAfterMs ?? backoffMs(attempt), LONGEST_WAIT_MS);
      // A wait that would end too late is not begun: the student learns of the failure at once.
      if (app.clock.monotonic() + waitMs >= firstContentBy) throw error;
      app.log.warn({ err: error, attempt, waitMs }, 'the model failed: trying again');
      await waitUnlessStopped(waitMs, answer);
      if (answer.stopReason) return;
    }
  }
}

function oneAttempt(
  app: App,
  model: LanguageModel,
  request: ModelRequest,
  answer: RunningAnswer,
  hear: (event: ModelEvent) => void,
  progress: { shown: boolean },
): Promise<void> {
  const { clock, config } = app;
  const { firstTokenTimeoutMs, idleTimeoutMs, totalTimeoutMs } = config.tutor;
  const endBy = answer.askedAt + totalTimeoutMs;
  return new Promise((resolve, reject) => {
    let deadline = Math.min(answer.askedAt + firstTokenTimeoutMs, endBy);
    let [finished, over] = [false, false];
    let stopModel = () => {};
    let timer: NodeJS.Timeout | undefined;

    const settle = (error: unknown) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      forgetStop();
      stopModel();
      // After the finish only the usage was waited for: whatever went wrong then, the answer is whole.
      if (error === null || finished || answer.stopReason) resolve();
      else reject(error);
    };
    // Moving the deadline costs nothing: one timer follows it.
    const watch = () => {
      const leftMs = deadline - clock.monotonic();
      if (leftMs <= 0) settle(new ModelError('timeout', { retryable: false }));
      else timer = setTimeout(watch, Math.min(leftMs, LOOK_AGAIN_MS));
    };
    const note = (event: ModelEvent) => {
      if (event.type === 'text' && !finished) {
        progress.shown = true;
        // Counted on content: a server that sends comments for ever is silent all the same.
        deadline = Math.min(clock.monotonic() + idleTimeoutMs, endBy);
      } else if (event.type === 'finish' && !finished) {
        finished = true;
        deadline = clock.monotonic() + AFTER_FINISH_MS;
        clearTimeout(timer);
        watch();
      }
      hear(event);
    };
    const forgetStop = answer.onStop(() => settle(null));
    if (answer.stopReason) return settle(null);
    watch();
    if (over) return;
    const stop = model.stream(request, {
      hear(event) {
        if (over) return;
        try {
          note(event);
        } catch (error) {
          settle(error);
        }
      },
      end: (error) =>
        settle(error ?? (finished ? null : new ModelError('ended without a finish', { retryable: true }))),
    });
    if (over) stop();
    else stopModel = stop;
  });
}

function waitUnlessStopped(ms: number, answer: RunningAnswer): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      forget();
      resolve();
    };
    const timer = setTimeout(done, ms);
    const forget = answer.onStop(done);
  });
}

function backoffMs(attempt: number): number {
  return 250 * 2 ** attempt * (0.5 + Math.random() / 2);
}
