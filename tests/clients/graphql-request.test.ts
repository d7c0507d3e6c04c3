import { describe, expect, it } from '@jest/globals';
import { ClientError, GraphQLClient, gql } from 'graphql-request';
import { CoursesDocument, CreateCourseDocument, MeDocument } from '../support/generated/graphql.js';
import { classroom } from '../support/people.js';
import { startTestServer } from '../support/server.js';

describe('graphql-request', () => {
  it('reads and writes, with typed documents and with text', async () => {
    const server = await startTestServer();
    const { teacher, courseId } = await classroom(server);
    const client = new GraphQLClient(`${server.url}/graphql`, {
      headers: { authorization: `Bearer ${teacher.token}` },
    });

    const { courses } = await client.request(CoursesDocument, { first: 1 });
    expect(courses.nodes).toMatchObject([{ id: courseId }]);
    const { createCourse } = await client.request(CreateCourseDocument, { input: { title: 'Hashing' } });
    const text = gql`
      query ($id: ID!) {
        course(id: $id) {
          title
          status
        }
      }
    `;
    const { course } = await client.request<{ course: object }>(text, { id: createCourse.id });
    expect(course).toEqual({ title: 'Hashing', status: 'DRAFT' });
  });

  it('throws a refusal with its code', async () => {
    const server = await startTestServer();
    const failure = await new GraphQLClient(`${server.url}/graphql`).request(MeDocument).catch((error) => error);
    expect(failure).toBeInstanceOf(ClientError);
    expect(failure.response.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });
});
