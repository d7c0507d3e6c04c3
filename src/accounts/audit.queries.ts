import type { App } from '../shared/app.js';

const NEWEST = 50;

/** The newest acts of administrators, one line each, newest first; of one account, as actor or subject, if named. */
export async function auditLines(app: App, userId: number | null): Promise<string[]> {
  const acts = await app.read
    .selectFrom('auditLog')
    .leftJoin('users as actor', 'actor.id', 'auditLog.actorId')
    .innerJoin('users as subject', 'subject.id', 'auditLog.subjectId')
    .select(['auditLog.createdAt', 'auditLog.action', 'auditLog.facts'])
    .select(['actor.email as actor', 'subject.email as subject'])
    .$if(userId !== null, (acts) =>
      acts.where((eb) => eb.or([eb('auditLog.actorId', '=', userId), eb('auditLog.subjectId', '=', userId as number)])),
    )
    .orderBy('auditLog.id', 'desc')
    .limit(NEWEST)
    .execute();
  return acts.map(({ createdAt, actor, action, subject, facts }) => {
    const time = new Date(createdAt).toISOString();
    return [time, actor ?? 'command line', action, subject, facts === '{}' ? '' : facts].join('  ').trimEnd();
  });
}
