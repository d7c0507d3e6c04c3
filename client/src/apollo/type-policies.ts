import type { FieldPolicy, TypePolicies } from '@apollo/client';

interface Connection {
  nodes?: readonly unknown[];
  edges?: readonly unknown[];
  pageInfo?: { endCursor?: string | null; startCursor?: string | null; hasPreviousPage?: boolean };
}

/**
 * Of a field that is a connection: `fetchMore` with `after` appends a page to those that are there. A page that does not
 * begin where they end takes their place, as one without `after` does.
 * @param keyArgs the arguments that make it another list
 */
export function connectionPolicy(keyArgs: string[] | false): FieldPolicy<Connection> {
  return {
    keyArgs,
    merge(existing, incoming, { args }) {
      const { endCursor, startCursor, hasPreviousPage } = existing?.pageInfo ?? {};
      if (!existing || args?.after == null || endCursor !== args.after) return incoming;
      return {
        ...incoming,
        ...(incoming.nodes && { nodes: [...(existing.nodes ?? []), ...incoming.nodes] }),
        ...(incoming.edges && { edges: [...(existing.edges ?? []), ...incoming.edges] }),
        pageInfo: {
          ...incoming.pageInfo,
          ...(startCursor !== undefined && { startCursor }),
          ...(hasPreviousPage !== undefined && { hasPreviousPage }),
        },
      };
    },
  };
}

/** Of a field that reads a row by its id: what the cache has of it from elsewhere is not asked for again. */
function byId(__typename: string): FieldPolicy {
  return {
    read(existing, { args, toReference }) {
      return existing === undefined && args ? toReference({ __typename, id: args.id }) : existing;
    },
  };
}

/** For `new InMemoryCache({ typePolicies, possibleTypes })`. */
export const typePolicies: TypePolicies = {
  Query: {
    fields: {
      courses: connectionPolicy(['search', 'instructorId', 'orderBy']),
      chatHistory: connectionPolicy(['lessonId']),
      processingJobs: connectionPolicy(['lessonId']),
      searchMoments: connectionPolicy(['query', 'courseId']),
      aiUsage: connectionPolicy(false),
      creditHistory: connectionPolicy(false),
      course: byId('Course'),
      lesson: byId('Lesson'),
      chatMessage: byId('ChatMessage'),
      processingJob: byId('ProcessingJob'),
    },
  },
};

/** The members of the schema's union, which the cache cannot know by itself. */
export const possibleTypes = { TutorEvent: ['TutorToken', 'TutorDone', 'TutorFailed'] };
