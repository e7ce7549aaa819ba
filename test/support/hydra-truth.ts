import type { TestRpm } from '../../src/testing/index.ts';
import { naiveRpmCompare } from './naive-rpm.ts';
import { splitNevr, type HydraCve } from './vex-documents.ts';

/** What the API says of the packages of a name under some products. */
export interface Said {
  readonly cve: string;
  /** `epoch:version-release`; absent where there is no fix. */
  readonly fixed?: string;
}

export function saidByName(cves: readonly HydraCve[], products: ReadonlySet<string>): ReadonlyMap<string, readonly Said[]> {
  const said = new Map<string, Said[]>();
  const add = (name: string, one: Said): void => void said.set(name, [...(said.get(name) ?? []), one]);
  for (const { name: cve, affected_release = [], package_state = [] } of cves) {
    for (const { cpe, package: nevr } of affected_release) {
      const found = products.has(cpe) ? splitNevr(nevr ?? '') : undefined;
      if (found) add(found.name, { cve, fixed: `${found.epoch}:${found.evr}` });
    }
    for (const { cpe, package_name, fix_state } of package_state)
      if (products.has(cpe) && fix_state !== 'Not affected' && fix_state !== 'Under investigation') add(package_name, { cve });
  }
  return said;
}

/** `name version CVE` of a package, each once. */
export function expectedOf(said: ReadonlyMap<string, readonly Said[]>, { name, epoch = 0, version, release }: TestRpm): string[] {
  const shown = `${epoch === 0 ? '' : `${epoch}:`}${version}-${release}`;
  const affecting = (said.get(name) ?? []).filter(({ fixed }) => fixed === undefined || naiveRpmCompare(shown, fixed) < 0);
  return [...new Set(affecting.map(({ cve }) => `${name} ${shown} ${cve}`))];
}

/** Three of each package that has a fix: just below the newest, at it, just above. */
export function aroundNewestFixes(cves: readonly HydraCve[], products: ReadonlySet<string>, most: number): readonly TestRpm[] {
  const fixes = new Map<string, string>();
  for (const { cpe, package: nevr } of cves.flatMap(({ affected_release = [] }) => affected_release)) {
    const found = products.has(cpe) ? splitNevr(nevr ?? '') : undefined;
    if (!found) continue;
    const evr = `${found.epoch}:${found.evr}`;
    const known = fixes.get(found.name);
    if (known === undefined || naiveRpmCompare(known, evr) < 0) fixes.set(found.name, evr);
  }
  return [...fixes].slice(0, most).flatMap(([name, evr]) => {
    const [, epoch = '0', version = '', release = ''] = /^(\d+):(.*)-([^-]*)$/.exec(evr) ?? [];
    return ['~', '', '.1'].map((suffix): TestRpm => ({ name, epoch: Number(epoch), version, release: `${release}${suffix}` }));
  });
}
