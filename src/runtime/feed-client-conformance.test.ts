import { feedClientSuite } from '../testing/feed-client-suite.ts';
import { FeedServer } from '../testing/feed-server.ts';
import { createFeedClient } from './feed-client.ts';

feedClientSuite('createFeedClient', async () => {
  const server = await FeedServer.start();
  const client = createFeedClient({ mirror: server.url });
  const pathOf = (url: string): string => `/${url.slice('https://'.length)}`;
  let versions = 0;
  return {
    client,
    serve: (url, body) => server.serve(pathOf(url), { body, etag: `"v${(versions += 1)}"` }),
    // 403 and not 503: what a server may recover from is asked again for a while.
    fail: (url) => server.always(pathOf(url), { kind: 'status', status: 403 }),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
});
