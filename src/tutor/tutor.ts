import { pause } from '../shared/abortable.js';
import type { App } from '../shared/app.js';
import { createRate, type Rate } from '../shared/rate.js';
import { Turns } from '../shared/turns.js';
import { AnswerKeeper } from './answer-keeper.js';
import { AnswerRelay, CANCELLED } from './answer-relay.js';
import { embeddedTutor } from './embedded-tutor.js';
import type { LanguageModel } from './language-model.js';
import { ModelGate } from './model-gate.js';
import { openaiModel } from './openai-model.js';

/** The tutor's long-lived part. */
export interface Tutor {
  model: LanguageModel;
  /** Asking and ending take milliseconds of work at once: many at once take turns. */
  turns: Turns;
  gate: ModelGate;
  answers: AnswerKeeper;
  askRate: Rate;
  /** Whether the server is stopping: new questions are refused. */
  draining: boolean;
  /** Questions that are being written; none of these promises rejects. */
  asking: Set<Promise<unknown>>;
  /** Refuses new questions, lets running answers end for so long, and ends the rest as INTERRUPTED. */
  drain(graceMs: number): Promise<void>;
  /** Stops keeping answers; after `drain`. */
  stop(): Promise<void>;
}

declare module '../shared/app.js' {
  interface App {
    tutor: Tutor;
  }
}

/** Adds the tutor to the server's parts: the configured model, or the embedded one. */
export function startTutor(base: Omit<App, 'tutor'>, model?: LanguageModel): App {
  const app = base as App;
  const answers = new AnswerKeeper(app);
  app.tutor = {
    model: model ?? (app.config.openai ? openaiModel(app.config.openai) : embeddedTutor),
    turns: new Turns(),
    gate: new ModelGate(app.clock, app.config.tutor),
    answers,
    askRate: createRate(app, { name: 'ask', points: app.config.rates.asks, seconds: 60, what: 'questions' }),
    draining: false,
    asking: new Set(),
    async drain(graceMs) {
      app.tutor.draining = true;
      // Questions that were let in before: they run when they have committed.
      await Promise.all(app.tutor.asking);
      const ended = () => Promise.all(answers.running.map((answer) => answer.ended));
      const graceOver = new AbortController();
      await Promise.race([ended(), pause(graceMs, graceOver.signal)]);
      graceOver.abort();
      for (const answer of answers.running) answer.stop('shutdown');
      await ended();
    },
    async stop() {
      relay.stop();
      stopHearing();
      await answers.stop();
    },
  };
  const relay = new AnswerRelay(app);
  const stopHearing = app.bus.listen(CANCELLED, () => {
    answers.lookForCancels().catch((err) => app.log.error({ err }, 'a request to cancel could not be read'));
  });
  answers.start();
  return app;
}
