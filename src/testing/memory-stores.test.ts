import { indexerStoreSuite } from './indexer-store-suite.ts';
import { lockerSuite } from './locker-suite.ts';
import { matcherStoreSuite } from './matcher-store-suite.ts';
import { MemoryIndexerStore } from './memory-indexer-store.ts';
import { MemoryLocker } from './memory-locker.ts';
import { MemoryMatcherStore } from './memory-matcher-store.ts';

indexerStoreSuite('MemoryIndexerStore', async () => new MemoryIndexerStore());
matcherStoreSuite('MemoryMatcherStore', async () => new MemoryMatcherStore());
lockerSuite('MemoryLocker', async () => {
  const locker = new MemoryLocker();
  return { locker, other: locker, [Symbol.asyncDispose]: async () => undefined };
});
