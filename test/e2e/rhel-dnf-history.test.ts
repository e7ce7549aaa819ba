import { describe, expect, it } from 'vitest';
import type { FoundPackage } from '../../src/contracts/index.ts';
import { rpmScanner } from '../../src/ecosystems/packagedb/rpm/scanner.ts';
import { LayerBuilder, rpmHeader, writeRpmSqlite } from '../../src/testing/index.ts';
import { layerFiles } from '../../src/testing/layer-files.ts';
import { blobLayer } from '../support/blob-layers.ts';
import { dnfHistory, type HistoryItem } from '../support/dnf-history.ts';
import { indexLayers } from '../support/library.ts';
import { randomSource } from '../support/edge-cases.ts';

const database = 'var/lib/rpm/rpmdb.sqlite';
const osRelease = 'NAME="Red Hat Enterprise Linux"\nID="rhel"\nVERSION_ID="8.10"\n';
const paths = { 4: 'var/lib/dnf/history.sqlite', 5: 'usr/lib/sysimage/libdnf5/transaction_history.sqlite' } as const;
const item = (name: string, repository: string | null, more: Partial<HistoryItem> = {}, epoch = 0, release = '1.el8'): HistoryItem => ({
  nevra: [name, epoch, '1', release, 'x86_64'],
  repository,
  ...more,
});

const items: readonly HistoryItem[] = [
  item('a', 'baseos-rpms'),
  item('b', 'appstream-rpms', {}, 2),
  item('c', 'old-rpms'),
  item('c', 'appstream-rpms'),
  item('c', 'removed-rpms', { action: 'Remove' }),
  item('d', 'baseos-rpms', {}, 0, '2.el8'),
  item('e', 'baseos-rpms'),
  item('e', '@System'),
  item('f', null),
];
const nevras = [
  'a-1-1.el8.x86_64',
  'b-2:1-1.el8.x86_64',
  'c-1-1.el8.x86_64',
  'd-1-1.el8.x86_64',
  'e-1-1.el8.x86_64',
  'f-1-1.el8.x86_64',
] as const;

describe('the history of dnf', () => {
  it.each([4, 5] as const)('dnf %i: says which repository each package last came from', async (form) => {
    const { packages = [] } = await rpmScanner.scan(
      layerFiles({ [database]: writeRpmSqlite(nevras.map((nevra) => rpmHeader(nevra))), [paths[form]]: dnfHistory(form, items) }),
    );
    const hints = packages.map(({ facts, repositoryHint }: FoundPackage) => [facts.name, repositoryHint]);
    expect(Object.fromEntries(hints)).toEqual({
      a: 'repoid=baseos-rpms',
      b: 'repoid=appstream-rpms',
      c: 'repoid=appstream-rpms',
      // Another release was installed.
      d: undefined,
      e: 'repoid=baseos-rpms',
      f: undefined,
    });
  });

  it('gives a package that one of its layer’s repositories, and all where it does not know, whichever layer the history is in', async () => {
    const file = (builder: LayerBuilder, ...listed: readonly string[]): LayerBuilder =>
      builder.file(database, writeRpmSqlite(listed.map((nevra) => rpmHeader(nevra))));
    const [a, b, , d] = nevras;
    const base = file(new LayerBuilder().file('etc/os-release', osRelease), a);
    const top = file(new LayerBuilder().file(paths[4], dnfHistory(4, items)), a, b, d);
    const report = await indexLayers([base, top].map((builder) => blobLayer(builder.build())));
    const found = [...report.packages.values()].map(({ id, name }) => {
      const ids = (report.environments.get(id) ?? []).flatMap(({ repositoryIds }) => repositoryIds);
      return [name, ids.map((repository) => report.repositories.get(repository)?.name).sort()];
    });
    expect(Object.fromEntries(found)).toEqual({
      a: ['baseos-rpms'],
      b: ['appstream-rpms'],
      d: ['appstream-rpms', 'baseos-rpms', 'old-rpms'],
    });
  });

  it('damaged in any way leaves packages as they are, or with another hint, and never fails', async () => {
    const bytes = dnfHistory(5, items);
    const packages = writeRpmSqlite(nevras.map((nevra) => rpmHeader(nevra)));
    const next = randomSource(7);
    for (let turn = 0; turn < (process.env['CLAIRCORE_FULL'] === undefined ? 50 : 5000); turn += 1) {
      const damaged = bytes.slice(0, turn % 3 === 0 ? next() % bytes.length : bytes.length);
      for (let flips = 0; flips < 3 && damaged.length > 0; flips += 1) damaged[next() % damaged.length] = next() & 0xff;
      const found = await rpmScanner.scan(layerFiles({ [database]: packages, [paths[5]]: damaged }));
      expect(found.packages?.map(({ facts }) => facts.name)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    }
  });
});
