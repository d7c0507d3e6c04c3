import { classroom } from './people.js';
import { startScriptedModel } from './scripted-model.js';
import { startTestServer, type TestServer, type TestServerOptions } from './server.js';

/** A server that asks a scripted model, a published lesson on sorting, its teacher and a student. */
export async function scriptedClassroom(options: TestServerOptions = {}) {
  const model = await startScriptedModel();
  const server = await startTestServer({ ...options, env: { ...model.env, ...options.env } });
  return { server, model, ...(await classroom(server)) };
}

/** All questions in the database. */
export async function countChats({ app }: Pick<TestServer, 'app'>): Promise<number> {
  const { count } = await app.read
    .selectFrom('chatHistory')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
