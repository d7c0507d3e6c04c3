// What relay-runtime.test.ts asks, for Relay's compiler: `npx relay-compiler@21.0.1 tests/clients/relay/relay.config.json`
// writes the files in generated/.
import { graphql } from 'relay-runtime';

graphql`
  query queriesCatalogueQuery($first: Int!, $after: String) {
    courses(first: $first, after: $after, orderBy: OLDEST) @connection(key: "Catalogue_courses") {
      edges {
        node {
          id
          title
          instructor {
            id
            username
          }
        }
      }
    }
  }
`;

graphql`
  query queriesViewerQuery {
    me {
      id
      username
    }
  }
`;
