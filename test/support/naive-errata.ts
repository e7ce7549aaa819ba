import { naiveRpmCompare } from './naive-rpm.ts';

/** What an advisory says of one package, as the proofs read it out of a feed; it shares nothing with the parsers. */
export interface NaiveFix {
  readonly advisory: string;
  readonly cves: readonly string[];
  readonly name: string;
  readonly arch: string;
  readonly module: string;
  readonly fixed: string;
  readonly introduced?: string;
}

export interface NaiveInstalled {
  readonly name: string;
  /** `[epoch:]version-release`, as the report writes it. */
  readonly evr: string;
  readonly arch: string;
  readonly module: string;
}

/** Three of each package of the feed, up to `most`: just below its newest fix, at it, just above. */
export function aroundFixes(fixes: readonly NaiveFix[], most: number): readonly NaiveInstalled[] {
  const newest = new Map<string, NaiveFix>();
  for (const fix of fixes) {
    const key = `${fix.name} ${fix.arch} ${fix.module}`;
    const known = newest.get(key);
    if (!known || naiveRpmCompare(known.fixed, fix.fixed) < 0) newest.set(key, fix);
  }
  // Spread over the feed, so that every repository and year has some.
  const all = [...newest.values()];
  const step = Math.max(1, Math.floor(all.length / most));
  const chosen = all.filter((_, index) => index % step === 0).slice(0, most);
  return chosen.flatMap(({ name, arch, module, fixed }) =>
    ['~', '', '^'].map((suffix) => ({ name, evr: fixed.replace(/^0:/, '') + suffix, arch, module })),
  );
}

/**
 * `name version CVE`, sorted: for each advisory that has the package, below its builds and not below where it begins. Each build of an erratum
 * holds its fix, so that being at one is enough; of OSV's ranges each stands for itself.
 */
export function expectedFindings(
  fixes: readonly NaiveFix[],
  packages: readonly NaiveInstalled[],
  builds: 'below-every' | 'below-any' = 'below-every',
): string[] {
  const byName = Map.groupBy(fixes, ({ name }) => name);
  return packages
    .flatMap(({ name, evr, arch, module }) => {
      const meant = (byName.get(name) ?? []).filter((fix) => fix.arch === arch && fix.module === module);
      const cves = [...Map.groupBy(meant, ({ advisory }) => advisory).values()]
        .filter((all) => {
          const below = all.filter(({ fixed }) => naiveRpmCompare(evr, fixed) < 0);
          return builds === 'below-any' ? below.length > 0 : below.length === all.length;
        })
        .filter((all) => all.some(({ introduced }) => introduced === undefined || naiveRpmCompare(evr, introduced) >= 0))
        .flatMap((all) => all.flatMap((build) => build.cves));
      return [...new Set(cves)].map((cve) => `${name} ${evr} ${cve}`);
    })
    .sort();
}

/** Fixes of an `updateinfo.xml`, by regular expressions. */
export function readNaiveUpdateinfo(xml: string): readonly NaiveFix[] {
  return [...xml.matchAll(/<update [^>]*>(.*?)<\/update>/gs)].flatMap(([, body = '']) => {
    const advisory = /<id>([^<]*)<\/id>/.exec(body)?.[1] ?? '';
    const cves = [...body.matchAll(/<reference [^>]*>/g)].flatMap(([tag]) =>
      attribute(tag, 'type') === 'cve' ? [attribute(tag, 'id')] : [],
    );
    return [...body.matchAll(/<package [^>]*>/g)].map(([tag]) => {
      const epoch = attribute(tag, 'epoch');
      const evr = `${attribute(tag, 'version')}-${attribute(tag, 'release')}`;
      const fixed = epoch === '0' || epoch === '' ? evr : `${epoch}:${evr}`;
      return {
        advisory,
        cves: cves.length === 0 ? [advisory] : cves,
        name: attribute(tag, 'name'),
        arch: attribute(tag, 'arch'),
        module: '',
        fixed,
      };
    });
  });
}

function attribute(tag: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
}

interface AlmaErrata {
  readonly data: readonly {
    readonly id: string;
    readonly packages: readonly Readonly<Record<'name' | 'epoch' | 'version' | 'release' | 'arch' | 'module', string | undefined>>[];
    readonly references: readonly { readonly type: string; readonly id: string }[];
  }[];
}

export function readNaiveAlma(json: string): readonly NaiveFix[] {
  return (JSON.parse(json) as AlmaErrata).data.flatMap(({ id, packages, references }) => {
    const cves = references.flatMap((reference) => (reference.type === 'cve' ? [reference.id] : []));
    return packages.map(({ name = '', epoch, version, release, arch = '', module = '' }) => ({
      advisory: id,
      cves,
      name,
      arch,
      module: module.split(':').slice(0, 2).join(':'),
      fixed: `${epoch === '0' ? '' : `${epoch}:`}${version}-${release}`,
    }));
  });
}
