import { type Lectern, LecternError } from '@lectern/client';

/** Compiled, and never run: what the compiler must refuse. */
export async function refusedByTheCompiler(lectern: Lectern) {
  // @ts-expect-error: a course has an id
  await lectern.course();
  // @ts-expect-error: of another type
  await lectern.courses({ first: 'two' });
  // @ts-expect-error: signIn keeps the session
  await lectern.login({ input: { email: '', password: '' } });
  // @ts-expect-error: there may be none
  (await lectern.course({ id: '1' })).title;
  // @ts-expect-error: no such code
  if (new LecternError('NOT_FOUND', '').code === 'NOT_FUOND') return;
  for await (const event of lectern.ask({ lessonId: '1', message: 'Why?' })) {
    // @ts-expect-error: the last event has no text
    event.text.trim();
  }
}
