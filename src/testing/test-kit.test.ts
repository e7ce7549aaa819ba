import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type * as kit from './index.ts';
import type * as suites from './suites.ts';

/** The seams that claircore v0.0.7 mocks: our fake of each, and the suite that it and the real one pass. */
const seams: readonly (readonly [seam: string, fake: keyof typeof kit, suite: keyof typeof suites])[] = [
  ['libindex', 'FakeLibindex', 'libindexSuite'],
  ['libvuln', 'FakeLibvuln', 'libvulnSuite'],
  ['indexer store', 'MemoryIndexerStore', 'indexerStoreSuite'],
  ['vulnerability store', 'MemoryMatcherStore', 'matcherStoreSuite'],
  ['fetcher', 'FakeLayerFetcher', 'layerFetcherSuite'],
  ['layer scanner', 'FakeLayerEngine', 'layerEngineSuite'],
  ['package scanner', 'fakeDatabaseScanner', 'scannerSuite'],
  ['distribution scanner', 'fakeDistributionScanner', 'scannerSuite'],
  ['repository scanner', 'fakeRepositoryScanner', 'scannerSuite'],
  ['coalescer', 'fakeCoalescer', 'coalescerSuite'],
  ['matcher', 'fakeMatcher', 'matcherSuite'],
  ['updater: fetch and parse', 'fakeUpdater', 'updaterSuite'],
  ['set of updaters', 'fakeUpdaterSet', 'updaterSetSuite'],
  ['enricher', 'fakeEnricher', 'enricherSuite'],
  ['feed client', 'FakeFeedClient', 'feedClientSuite'],
  ['locker', 'MemoryLocker', 'lockerSuite'],
  ['stacker', 'fakeStack', 'stackSuite'],
];

describe('the test kit', () => {
  it.each(seams)('has a fake %s and a suite for it', async (_, fake, suite) => {
    const exported = new Map<string, unknown>(Object.entries({ ...(await import('./index.ts')), ...(await import('./suites.ts')) }));
    expect([exported.get(fake), exported.get(suite)]).toEqual([expect.any(Function), expect.any(Function)]);
  });

  it('needs vitest for the suites alone', () => {
    const seen = new Set<string>();
    const outside = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const [, from = ''] of readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/\bfrom '([^']+)'/g)) {
        if (from.startsWith('./')) visit(from.slice(2));
        else outside.add(from);
      }
    };
    visit('index.ts');
    expect(seen.size).toBeGreaterThan(20);
    expect([...outside].filter((from) => !/^(?:node:|\.\.\/)/.test(from))).toEqual([]);
  });
});
