import { passwordsWaiting } from '../accounts/password.js';
import type { App } from '../shared/app.js';

/** What is read of the server's parts when somebody asks for metrics. */
export function addGauges(app: App): void {
  const { metrics, tutor } = app;
  metrics.gauge('lectern_answers_running', 'Answers that this process generates.', () => tutor.answers.running.length);
  metrics.gauge('lectern_model_calls', 'Calls to the model under way.', () => tutor.gate.calls.calling);
  metrics.gauge('lectern_model_queue', 'Questions that wait for a place at the model.', () => tutor.gate.calls.waiting);
  metrics.gauge('lectern_breaker_open', 'Whether questions are refused because the model failed.', () =>
    Number(tutor.gate.breaker.open),
  );
  metrics.gauge('lectern_draining', 'Whether the server is stopping.', () => Number(app.isLeaving));
  metrics.gauge('lectern_passwords_waiting', 'Passwords that wait to be compared or hashed.', passwordsWaiting);
}
