import { explorerFetcher } from './explorer-fetcher.js';

/** A tab that the explorer opens with. */
export interface ExplorerTab {
  query: string;
  /** JSON, for the Headers pane. */
  headers?: string;
}

const welcome = `# Lectern. Sign in first, then put the access token in the Headers pane:
# { "authorization": "Bearer <accessToken>" }
{
  health { status version tutor { provider model } }
  courses { nodes { id title lessons { id title } } }
}
`;

const FETCHER = '"fetcher":"explorerFetcher"';

/** GraphiQL as one page, with nothing fetched from elsewhere; subscriptions go over WebSocket. */
export async function explorerPage(tabs: ExplorerTab[] = [{ query: welcome }]): Promise<string> {
  // Its scripts take 70 MB: loaded when somebody opens the page.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const options = {
    title: 'Lectern',
    defaultTabs: tabs,
    defaultQuery: welcome,
    headers: tabs[0]?.headers ?? '{}',
    fetcher: 'explorerFetcher',
  };
  // The page takes its options as JSON, which holds no function: it is put in where its name stands.
  const page = renderGraphiQL(options as unknown as Parameters<typeof renderGraphiQL>[0]);
  return page.replace(FETCHER, () => `"fetcher":${explorerFetcher.toString()}`);
}
