import { ApolloClient, InMemoryCache } from '@apollo/client';
import { createLectern, localStorageTokens } from '@lectern/client';
import { lecternLink, possibleTypes, typePolicies } from '@lectern/client/apollo';

/** Signs in and refreshes, and follows answers. Its socket stays open between two questions. */
export const lectern = createLectern({ url: '/graphql', tokens: localStorageTokens(), idleSocketMs: 60_000 });

export const apollo = new ApolloClient({
  link: lecternLink(lectern),
  cache: new InMemoryCache({ typePolicies, possibleTypes }),
});

/**
 * A signed address of the server's as this page reaches it: the server may be known to it by another name. What lies
 * elsewhere, such as a linked video, stays as it is.
 */
export function reachable(url: string): string {
  const { pathname, search, searchParams } = new URL(url, location.href);
  return OURS.test(pathname) && searchParams.has('signature') ? pathname + search : url;
}

const OURS = /^\/(?:media\/(?:videos|thumbnails|captions)|uploads)\/\d+$/;
