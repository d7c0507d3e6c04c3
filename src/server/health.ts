import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Ctx, Field, FieldResolver, ObjectType, Query, Resolver } from 'type-graphql';
import { pause } from '../shared/abortable.js';
import type { App } from '../shared/app.js';
import type { RequestContext } from '../shared/request-context.js';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

@ObjectType({ simpleResolvers: true, description: 'Who answers students.' })
class TutorHealth {
  @Field({ description: '`openai` for any OpenAI-compatible server, `embedded` for the extractive tutor.' })
  provider!: string;

  @Field({ description: 'The model’s name.' })
  model!: string;

  @Field({ description: 'Whether a question would be taken now.' })
  ready!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'How the server is.' })
class Health {
  @Field({ description: '`ok`, or `degraded` when a part does not answer.' })
  status!: string;

  @Field({ description: 'The release of the server.' })
  version!: string;

  @Field({ description: '`ok` when the database answers, `unreachable` when not.' })
  database!: string;

  tutor!: TutorHealth;
}

@Resolver(() => Health)
export class HealthResolver {
  @Query(() => Health, { description: 'How the server is. Needs no token, and ignores one that is not valid.' })
  async health(@Ctx() ctx: RequestContext): Promise<Omit<Health, 'tutor'>> {
    const answers = await databaseAnswers(ctx);
    return { status: answers ? 'ok' : 'degraded', version, database: answers ? 'ok' : 'unreachable' };
  }

  @FieldResolver(() => TutorHealth, { description: 'Who answers students.' })
  tutor(@Ctx() { tutor }: RequestContext): TutorHealth {
    return {
      provider: tutor.model.provider,
      model: tutor.model.name,
      ready: !tutor.draining && !tutor.gate.breaker.open,
    };
  }
}

/** Whoever asks must not wait for as long as a statement may take: a balancer takes that for an answer too. */
const ANSWER_MS = 2000;

export async function databaseAnswers({ read }: Pick<App, 'read'>): Promise<boolean> {
  const late = new AbortController();
  const answers = sql`select 1`.execute(read).then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answers, pause(ANSWER_MS, late.signal).then(() => false)]);
  } finally {
    late.abort();
  }
}
