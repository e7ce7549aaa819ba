import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plugins } from './plugins.ts';
import { reportWriters } from './report-writers.ts';
import { defaultEcosystems } from './ecosystems.ts';
import { defaultEnrichers, enrichers, selectEnrichers } from './enrichers.ts';

const sources = join(import.meta.dirname, '..');
const foldersOf = (path: string): string[] =>
  readdirSync(join(sources, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
const ecosystemFolders = foldersOf('ecosystems').flatMap((group) => foldersOf(`ecosystems/${group}`).map((id) => `${group}/${id}`));

describe('the list of plugins', () => {
  it('is the folders of ecosystems, sorted by path', () => {
    expect(ecosystemFolders.length).toBeGreaterThanOrEqual(7);
    expect(plugins.map(({ id }) => id)).toEqual(ecosystemFolders.map((path) => path.split('/')[1]));
  });

  it.each(plugins.flatMap(({ id, needs }) => needs.map((need) => [id, need] as const)))('%s needs %s, which is there', (_id, need) => {
    const [room = '', name = ''] = need.split('/');
    const folders = room === 'versions' ? foldersOf('versions').map((id) => `versions/${id}`) : ecosystemFolders;
    expect(folders).toContain(`${room}/${name}`);
  });

  it('has each id and each scanner once', () => {
    const ids = plugins.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const scanners = defaultEcosystems.flatMap(({ packageScanners, distributionScanners, repositoryScanners }) => [
      ...packageScanners,
      ...distributionScanners,
      ...repositoryScanners,
    ]);
    const names = scanners.map(({ name, kind }) => `${kind} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is frozen data', () => {
    expect(plugins.filter((plugin) => !Object.isFrozen(plugin))).toEqual([]);
  });
});

describe('the list of report writers', () => {
  it('is sorted', () => {
    const ids = reportWriters.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
  });
});

describe('the list of enrichers', () => {
  it('is the folders of enrichers, sorted, and frozen data', () => {
    expect(enrichers.map(({ id }) => id)).toEqual(foldersOf('enrichers'));
    expect(enrichers.filter((enricher) => !Object.isFrozen(enricher))).toEqual([]);
  });

  it('gives what needs no feed always, and the others to who asks', () => {
    expect(defaultEnrichers.map(({ id }) => id)).toEqual(['cvss']);
    expect(selectEnrichers(['nvd', 'epss']).map(({ id }) => id)).toEqual(['cvss', 'epss', 'nvd']);
    expect(selectEnrichers(['cvss'])).toEqual(defaultEnrichers);
    expect(() => selectEnrichers(['x'])).toThrow(expect.objectContaining({ code: 'USAGE_OPTION' }));
  });

  it('has a folder with a page for each', () => {
    for (const { id } of enrichers) expect(readdirSync(join(sources, 'enrichers', id))).toContain('README.md');
  });
});
