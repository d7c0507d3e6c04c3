import { ApolloClient, gql, InMemoryCache, type TypedDocumentNode } from '@apollo/client';
import { describe, expect, it } from '@jest/globals';
import { operations } from '@lectern/client';
import { lecternLink, possibleTypes, typedDocument, typePolicies } from '@lectern/client/apollo';
import { courseOf, instructor } from '../support/people.js';
import { afterTest, startTestServer } from '../support/server.js';
import { clientOf } from './clients.js';

const COURSES = typedDocument(operations.courses);

interface Edges {
  courses: { edges: { cursor: string; node: { title: string } }[]; pageInfo: { endCursor: string } };
}

async function catalogue(count: number) {
  const server = await startTestServer();
  const teacher = await instructor(server);
  for (let course = 1; course <= count; course++) await courseOf(server, teacher, `Course ${course}`);
  const { lectern, sent } = clientOf(server.url, teacher);
  const apollo = new ApolloClient({
    link: lecternLink(lectern),
    cache: new InMemoryCache({ typePolicies, possibleTypes }),
  });
  afterTest(async () => apollo.stop());
  return { server, teacher, apollo, sent };
}

describe('the type policies', () => {
  it('append the pages that fetchMore reads, each search to its own list', async () => {
    const { apollo } = await catalogue(5);
    const watched = apollo.watchQuery({ query: COURSES, variables: { first: 2 } });
    const list = () => apollo.readQuery({ query: COURSES })?.courses;
    const titles = () => list()?.nodes.map(({ title }) => title);
    watched.subscribe(() => {});
    let { data } = await watched.fetchMore({ variables: {} });
    expect(titles()).toEqual(['Course 5', 'Course 4']);
    while (data?.courses.pageInfo.hasNextPage) {
      ({ data } = await watched.fetchMore({ variables: { after: data.courses.pageInfo.endCursor } }));
    }
    expect(titles()).toEqual(['Course 5', 'Course 4', 'Course 3', 'Course 2', 'Course 1']);
    expect(list()?.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });

    const found = await apollo.query({ query: COURSES, variables: { first: 2, search: 'Course 3' } });
    expect(found.data?.courses.nodes.map(({ title }) => title)).toEqual(['Course 3']);
    expect(titles()).toHaveLength(5);
  });

  it('append edges as they append nodes', async () => {
    const { apollo } = await catalogue(3);
    const query: TypedDocumentNode<Edges, { first?: number; after?: string }> = gql`
      query Edges($first: Int, $after: String) {
        courses(first: $first, after: $after) { edges { cursor node { id title } } pageInfo { endCursor hasNextPage } }
      }
    `;
    const watched = apollo.watchQuery({ query, variables: { first: 2 } });
    watched.subscribe(() => {});
    const first = await watched.refetch();
    await watched.fetchMore({ variables: { after: first.data?.courses.pageInfo.endCursor ?? '' } });
    const edges = apollo.readQuery({ query })?.courses.edges ?? [];
    expect(edges.map(({ node }) => node.title)).toEqual(['Course 3', 'Course 2', 'Course 1']);
  });

  it('begin the list anew when it is read anew', async () => {
    const { server, teacher, apollo } = await catalogue(3);
    const watched = apollo.watchQuery({ query: COURSES, variables: { first: 2 } });
    watched.subscribe(() => {});
    const first = await watched.refetch();
    await watched.fetchMore({ variables: { after: first.data?.courses.pageInfo.endCursor ?? null } });
    await courseOf(server, teacher, 'Course 4');
    const { data } = await watched.refetch();
    expect(data?.courses.nodes.map(({ title }) => title)).toEqual(['Course 4', 'Course 3']);
    expect(apollo.readQuery({ query: COURSES })?.courses.nodes).toHaveLength(2);
  });

  it('give a row by its id from what a list has read', async () => {
    const { apollo, sent } = await catalogue(1);
    await apollo.query({ query: COURSES });
    const query = gql`
      query Title($id: ID!) {
        course(id: $id) { id title }
      }
    `;
    const { data } = await apollo.query({ query, variables: { id: '1' } });
    expect(data).toMatchObject({ course: { title: 'Course 1' } });
    const none = await apollo.query({ query, variables: { id: '99' } });
    expect(none.data).toEqual({ course: null });
    expect(sent.filter((name) => name === 'Title')).toHaveLength(1);
  });
});
