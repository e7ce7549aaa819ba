import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FakeFeedClient } from '../../../testing/index.ts';
import { updaterSuite } from '../../../testing/updater-suite.ts';
import { wolfiUpdaterSet } from './updater.ts';

async function namesOf(...namespaces: readonly string[]): Promise<readonly string[]> {
  return (await wolfiUpdaterSet.discover({ client: new FakeFeedClient(), namespaces })).map(({ name }) => name);
}

describe('which updaters answer for a namespace', () => {
  it.each([
    ['wolfi:rolling', ['wolfi-updater']],
    ['chainguard:rolling', ['chainguard-updater']],
    ['wolfi:20230201', []],
    ['wolfi', []],
    ['alpine:edge', []],
    [':rolling', []],
    ['constructor:rolling', []],
  ])('%s: %j', async (namespace, names) => {
    expect(await namesOf(namespace)).toEqual(names);
    expect(wolfiUpdaterSet.expected(namespace)).toEqual(names);
    expect(wolfiUpdaterSet.serves(namespace)).toBe(names.length > 0);
  });

  it('both, where all are asked for', async () => {
    const updaters = await wolfiUpdaterSet.discover({ client: new FakeFeedClient() });
    expect(updaters.map(({ name }) => name)).toEqual(['wolfi-updater', 'chainguard-updater']);
  });
});

const [updater] = await wolfiUpdaterSet.discover({ client: new FakeFeedClient(), namespaces: ['wolfi:rolling'] });
const served = {
  'https://packages.wolfi.dev/os/security.json': readFileSync(new URL('fixtures/security.json', import.meta.url), 'utf8').trim(),
};

// A package may stand in it twice, so that nothing is told before its end.
if (updater) updaterSuite(updater.name, () => ({ updater, served, isToldAtItsEnd: true }));
