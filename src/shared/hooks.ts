import type { EntityManager } from '@mikro-orm/sql';
import type { App } from './app.js';

/** What a lower slice announces and a higher one may answer. */
export interface Facts {
  accountCreated: { userId: number };
  accountDeleted: { userId: number };
  courseDeleted: { courseId: number };
  lessonDeleted: { lessonId: number };
}

export type Handler<F extends keyof Facts> = (app: App, em: EntityManager, fact: Facts[F]) => Promise<void>;

/**
 * Facts and who answers them. A handler runs in the announcer's transaction, with its `em`, and fails it by throwing:
 * the sign-up grant is written with the account or neither is.
 */
export class Hooks {
  readonly #handlers = new Map<keyof Facts, Handler<never>[]>();

  on<F extends keyof Facts>(name: F, handler: Handler<F>): void {
    this.#handlers.set(name, [...(this.#handlers.get(name) ?? []), handler]);
  }

  async announce<F extends keyof Facts>(app: App, em: EntityManager, name: F, fact: Facts[F]): Promise<void> {
    for (const handler of this.#handlers.get(name) ?? []) await (handler as Handler<F>)(app, em, fact);
  }
}
