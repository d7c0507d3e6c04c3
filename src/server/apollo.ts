import { ApolloServer, type ApolloServerPlugin, type GraphQLRequest } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { App } from '../shared/app.js';
import { CodedError, type ErrorCode } from '../shared/coded-error.js';
import type { RequestContext } from '../shared/request-context.js';
import type { Admit } from './admission.js';
import { codeOf, endOperation, operationOf } from './operation-end.js';
import { boundErrors, toPublicError } from './public-error.js';

/** Apollo Server, which speaks GraphQL over HTTP; started. */
export async function startApollo(
  app: App,
  schema: GraphQLSchema,
  admit: Admit,
): Promise<ApolloServer<RequestContext>> {
  const apollo = new ApolloServer<RequestContext>({
    schema,
    introspection: app.config.introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // A browser asks before it sends any of these to another origin, so their presence is proof enough.
    csrfPrevention: { requestHeaders: ['x-apollo-operation-name', 'apollo-require-preflight', 'authorization'] },
    formatError: (_formatted, error) => toPublicError(error, app),
    plugins: [doors(admit), ApolloServerPluginLandingPageDisabled()],
    logger: app.log,
  });
  await apollo.start();
  return apollo;
}

/** What stands between a document and its execution. `websocket.ts` holds the same against its own documents. */
function doors(admit: Admit): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart({ request }) {
      return {
        async didResolveOperation({ contextValue, document, operation }) {
          await refuseBy(request, async () => {
            if (!operation) return;
            if (operation.operation === 'subscription') throw subscriptionByPost();
            await admit(contextValue, document, operation, request.variables);
          });
        },
        async willSendResponse({ response, contextValue, document, operation }) {
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          if (singleResult.errors) singleResult.errors = boundErrors(singleResult.errors);
          // The document was refused, the request was not: plain application/json keeps 200 for that
          // (GraphQL over HTTP, 6.4.1).
          if (!isModern(request) && singleResult.errors?.every(isOfDocument)) response.http.status = 200;
          const facts = document && operation ? operationOf(document, operation) : null;
          endOperation(contextValue, 'http', facts, codeOf(singleResult.errors));
        },
      };
    },
  };
}

function subscriptionByPost(): CodedError {
  return new CodedError('BAD_REQUEST', 'Send subscriptions over WebSocket, by the graphql-transport-ws protocol.');
}

/** Runs a check; its `CodedError` becomes the answer, with the status that the client's media type asks for. */
async function refuseBy(request: GraphQLRequest, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const status = isModern(request) ? (STATUSES[error.code] ?? 400) : 200;
    throw new GraphQLError(error.message, { originalError: error, extensions: { http: { status } } });
  }
}

const STATUSES: Partial<Record<keyof typeof ErrorCode, number>> = { UNAUTHENTICATED: 401, RATE_LIMITED: 429 };

const OF_DOCUMENT = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

function isOfDocument({ extensions }: GraphQLFormattedError): boolean {
  return OF_DOCUMENT.has(extensions?.code);
}

/** Whether the client understands `application/graphql-response+json`, whose status speaks of the operation. */
function isModern({ http }: GraphQLRequest): boolean {
  return http?.headers.get('accept')?.includes('application/graphql-response+json') ?? false;
}
