import { FakeFeedClient } from './fake-feed-client.ts';
import { feedClientSuite } from './feed-client-suite.ts';

feedClientSuite('FakeFeedClient', async () => {
  const client = new FakeFeedClient();
  return {
    client,
    serve: (url, body) => void client.set(url, body),
    fail: (url) => void client.fail(url),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
});
