import { describe, expect, it } from '@jest/globals';
import relay from 'relay-runtime';
import { ok } from '../support/client.js';
import { CreateCourseDocument } from '../support/generated/graphql.js';
import { classroom } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import CatalogueQuery, { type queriesCatalogueQuery } from './relay/generated/queriesCatalogueQuery.graphql.js';
import ViewerQuery, { type queriesViewerQuery } from './relay/generated/queriesViewerQuery.graphql.js';

const { Environment, fetchQuery, Network, RecordSource, Store, createOperationDescriptor } = relay;

describe('relay-runtime', () => {
  it('reads a connection page by page into one list', async () => {
    const server = await startTestServer();
    const { teacher } = await classroom(server);
    for (const title of ['Hashing', 'Graphs']) {
      await ok(server.url, CreateCourseDocument, { input: { title, status: 'PUBLISHED' } }, teacher.token);
    }
    const environment = relayEnvironment(server);

    await fetchQuery<queriesCatalogueQuery>(environment, CatalogueQuery, { first: 2 }).toPromise();
    const { after, titles } = catalogueOf(environment);
    expect(titles).toEqual(['A course by ina', 'Hashing by ina']);
    await fetchQuery<queriesCatalogueQuery>(environment, CatalogueQuery, { first: 2, after }).toPromise();
    expect(catalogueOf(environment)).toMatchObject({
      titles: ['A course by ina', 'Hashing by ina', 'Graphs by ina'],
      hasNextPage: false,
    });
  });

  it('throws a refusal with its code', async () => {
    const environment = relayEnvironment(await startTestServer());
    const failure = await fetchQuery<queriesViewerQuery>(environment, ViewerQuery, {})
      .toPromise()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ source: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
  });
});

/** The network layer of its documentation. Ids are the rows' own, so a record is known by its type and id. */
function relayEnvironment({ url }: TestServer) {
  const network = Network.create(async ({ text }, variables) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text, variables }),
    });
    return await response.json();
  });
  return new Environment({
    network,
    store: new Store(new RecordSource()),
    getDataID: ({ id }, type) => (id === undefined ? null : `${type}:${id}`),
  });
}

/** As a component would read it: the list that Relay has joined from all pages. */
function catalogueOf(environment: InstanceType<typeof Environment>) {
  const { fragment } = createOperationDescriptor(CatalogueQuery, { first: 2 });
  const { data } = environment.lookup(fragment) as unknown as { data: Catalogue };
  const { edges, pageInfo } = data.courses;
  return {
    titles: edges.map(({ node }) => `${node.title} by ${node.instructor.username}`),
    after: pageInfo.endCursor,
    hasNextPage: pageInfo.hasNextPage,
  };
}

type Catalogue = queriesCatalogueQuery['response'] & {
  courses: { pageInfo: { endCursor: string | null; hasNextPage: boolean } };
};
