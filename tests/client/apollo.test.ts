import { createHash } from 'node:crypto';
import { ApolloClient, CombinedGraphQLErrors, gql, InMemoryCache, type TypedDocumentNode } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { describe, expect, it } from '@jest/globals';
import { LecternError, type LecternOptions, operations, type TutorEvent } from '@lectern/client';
import { lecternLink, possibleTypes, typedDocument, typePolicies } from '@lectern/client/apollo';
import { settableClock } from '../accounts/clock.js';
import { startLine } from '../support/line.js';
import { PASSWORD, type Person } from '../support/people.js';
import { countChats, scriptedClassroom } from '../support/scripted-classroom.js';
import { afterTest } from '../support/server.js';
import { textOf } from './answers.js';
import { clientOf } from './clients.js';

type Ask = { input: { lessonId: string; message: string; clientRequestId: string } };

describe('lecternLink', () => {
  it('sends queries and mutations as whoever is signed in, also when that changes', async () => {
    const { server, courseId, teacher } = await scriptedClassroom();
    const { apollo, lectern } = apolloOf(server.url);
    const catalogue = await apollo.query({ query: typedDocument(operations.courses), variables: { first: 5 } });
    expect(catalogue.data?.courses.nodes).toMatchObject([{ id: courseId, instructor: { username: 'ina' } }]);

    await lectern.signIn({ email: teacher.email, password: PASSWORD });
    const input = { title: 'Hashing', status: 'PUBLISHED' as const };
    const made = await apollo.mutate({ mutation: typedDocument(operations.createCourse), variables: { input } });
    expect(made.data?.createCourse).toMatchObject({ title: 'Hashing', instructor: { username: 'ina' } });
  });

  it('refreshes once for many queries', async () => {
    const clock = settableClock();
    const { server, sam } = await scriptedClassroom({ clock });
    const { apollo, sent } = apolloOf(server.url, sam);
    clock.pass(15 * 60_000);
    const me = { query: typedDocument(operations.me), fetchPolicy: 'no-cache' } as const;
    const answers = await Promise.all(Array.from({ length: 20 }, () => apollo.query(me)));
    expect(answers.every(({ data }) => data?.me.username === 'sam')).toBe(true);
    expect(sent.filter((name) => name === 'RefreshSession')).toHaveLength(1);
  });

  it('shows refusals as Apollo shows them, with their codes, and UNREACHABLE as a LecternError', async () => {
    const { server } = await scriptedClassroom();
    const { apollo } = apolloOf(server.url);
    const me = { query: typedDocument(operations.me) };
    const refusal = await apollo.query(me).catch((error: unknown) => error);
    expect(CombinedGraphQLErrors.is(refusal)).toBe(true);
    expect((refusal as CombinedGraphQLErrors).errors[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    await server.stop();
    const failure = await apollo.query(me).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LecternError);
    expect(failure).toMatchObject({ code: 'UNREACHABLE' });
  });

  it('shows the end of a session as the refusal that it is', async () => {
    const { server, sam } = await scriptedClassroom();
    const { apollo, lectern } = apolloOf(server.url, sam);
    await clientOf(server.url, sam).lectern.signOut();
    const refusal = await apollo.query({ query: typedDocument(operations.me) }).catch((error: unknown) => error);
    expect((refusal as CombinedGraphQLErrors).errors[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    expect(await lectern.userId()).toBeNull();
  });

  it('takes back what is not waited for any more', async () => {
    const { server, sam } = await scriptedClassroom();
    const sent = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const { apollo } = apolloOf(server.url, sam, {
      fetch: (_input, init) =>
        new Promise((_resolve, reject) => {
          sent.resolve();
          init?.signal?.addEventListener('abort', () => {
            aborted.resolve();
            reject(init.signal?.reason);
          });
        }),
    });
    const watched = apollo.watchQuery({ query: typedDocument(operations.me) }).subscribe(() => {});
    await sent.promise;
    watched.unsubscribe();
    await aborted.promise;
  });

  it('sends what the link for persisted queries makes of an operation', async () => {
    const { server, sam } = await scriptedClassroom();
    const bodies: { query?: string }[] = [];
    const { lectern } = clientOf(server.url, sam);
    const plain = clientOf(server.url, sam, {
      fetch(input, init) {
        bodies.push(JSON.parse(String(init?.body)));
        return fetch(input, init);
      },
    });
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    for (const client of [plain.lectern, lectern, plain.lectern]) {
      const apollo = apolloWith(new PersistedQueryLink({ sha256 }).concat(lecternLink(client)));
      const { data } = await apollo.query({ query: typedDocument(operations.me) });
      expect(data?.me.username).toBe('sam');
    }
    // By the hash alone; with the text, since the server did not know it; then by the hash alone.
    expect(bodies.map(({ query }) => query !== undefined)).toEqual([false, true, false]);
  });
});

describe('a subscription over lecternLink', () => {
  it.each([
    ['that passes a variable as `after`', typedDocument(operations.askTutorStream), [undefined, 6, 15]],
    [
      'that passes none, under another name',
      gql`
        subscription Ask($input: AskTutorInput!) {
          askTutorStream: askTutorStream(input: $input) {
            ... on TutorToken { offset text }
            ... on TutorDone { chat { id response status } }
          }
        }
      ` as TypedDocumentNode<{ askTutorStream: TutorEvent }, Ask>,
      [undefined, undefined, undefined],
    ],
    [
      'that asks for no offset',
      gql`
        subscription Ask($input: AskTutorInput!, $from: Int) {
          askTutorStream(input: $input, after: $from) {
            ... on TutorToken { text }
            ... on TutorDone { chat { id response status } }
          }
        }
      ` as TypedDocumentNode<{ askTutorStream: TutorEvent }, Ask>,
      [undefined, 6, 15],
    ],
  ])('%s goes on after its connection was lost, without a gap and nothing twice', async (_what, document, afters) => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const line = await startLine(server.url);
    const { apollo, followed } = apolloOf(line.url, sam);
    const events: TutorEvent[] = [];
    const over = Promise.withResolvers<void>();
    let heard = Promise.withResolvers<void>();
    apollo
      .subscribe({
        query: document as TypedDocumentNode<{ askTutorStream: TutorEvent }, Ask>,
        variables: { input: { lessonId, message: 'Why?', clientRequestId: 'q1' } },
      })
      .subscribe({
        next({ data }) {
          if (data) events.push(data.askTutorStream);
          heard.resolve();
        },
        error: over.reject,
        complete: over.resolve,
      });
    const call = await model.nextCall();
    for (const piece of ['A bad ', 'pivot 🂡 ']) {
      heard = Promise.withResolvers();
      call.say(piece);
      await heard.promise;
      line.cut();
    }
    call.say('is slow.').finish();
    await over.promise;

    expect(textOf(events)).toBe('A bad pivot 🂡 is slow.');
    expect(events.at(-1)).toMatchObject({ chat: { response: 'A bad pivot 🂡 is slow.', status: 'COMPLETED' } });
    expect(followed.map((variables) => variables.after ?? variables.from)).toEqual(afters);
    expect(await countChats(server)).toBe(1);
    expect(apollo.cache.extract()).toMatchObject({ 'ChatMessage:1': { response: 'A bad pivot 🂡 is slow.' } });
  });

  it('is refused as a query is', async () => {
    const { server, sam } = await scriptedClassroom();
    const { apollo } = apolloOf(server.url, sam);
    const refused = Promise.withResolvers<unknown>();
    apollo
      .subscribe({ query: typedDocument(operations.tutorTokens), variables: { chatId: '99' } })
      .subscribe(({ error }) => refused.resolve(error));
    const error = await refused.promise;
    expect(CombinedGraphQLErrors.is(error)).toBe(true);
    expect((error as CombinedGraphQLErrors).errors[0]?.extensions?.code).toBe('NOT_FOUND');
  });

  it('that is left leaves the answer running', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { apollo, lectern } = apolloOf(server.url, sam);
    const heard = Promise.withResolvers<void>();
    const input = { lessonId, message: 'Why?', clientRequestId: 'q1' };
    const left = apollo
      .subscribe({ query: typedDocument(operations.askTutorStream), variables: { input } })
      .subscribe(() => heard.resolve());
    const call = await model.nextCall();
    call.say('One ');
    await heard.promise;
    left.unsubscribe();
    call.say('two.').finish();
    const again = lectern.ask(input);
    const texts: TutorEvent[] = [];
    for await (const event of again) texts.push(event);
    expect(textOf(texts)).toBe('One two.');
  });
});

function apolloOf(url: string, who?: Person, options: Partial<LecternOptions> = {}) {
  const client = clientOf(url, who, options);
  return { ...client, apollo: apolloWith(lecternLink(client.lectern)) };
}

function apolloWith(link: ApolloClient.Options['link']) {
  const apollo = new ApolloClient({ link, cache: new InMemoryCache({ typePolicies, possibleTypes }) });
  afterTest(async () => apollo.stop());
  return apollo;
}
