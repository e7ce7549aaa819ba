import type { Namespace, UpdaterSet } from '../../contracts/index.ts';
import { member, objectEntries, text } from '../../formats/json-stream/index.ts';
import type { OsvAffected } from '../../formats/osv/index.ts';
import { packageOf } from './advisories-of-record.ts';
import type { OsvSource, OsvSubject } from './osv-source.ts';
import { createOsvUpdaterSet } from './osv-updater.ts';

export interface SuseOsvOptions {
  /** The namespaces of a product, e.g. `SUSE Linux Enterprise Server 15 SP5`, `openSUSE Leap 15.5`: several of one that several releases share, none of others. */
  readonly namespacesOfProduct: (product: string) => readonly Namespace[];
  readonly serves: (namespace: string) => boolean;
}

/** The set `osv` of SUSE, of {@link suseOsvSources}. */
export function createSuseOsvUpdaterSet(options: SuseOsvOptions): UpdaterSet {
  return createOsvUpdaterSet('osv', suseOsvSources(options));
}

/**
 * The two folders of OSV's bucket, each for the ecosystems of both. An entry names a source package, and beside it each binary package with
 * its own version: those are the rows.
 */
export function suseOsvSources({ namespacesOfProduct, serves }: SuseOsvOptions): readonly [suse: OsvSource, openSuse: OsvSource] {
  const known = new Map<string, readonly Namespace[]>();
  const namespacesOf = (ecosystem: string): readonly Namespace[] => {
    if (!/^(?:open)?SUSE:/.test(ecosystem)) return [];
    const found = known.get(ecosystem) ?? namespacesOfProduct(ecosystem.replace(':', ' '));
    known.set(ecosystem, found);
    return found;
  };
  const sourceOf = (bucket: string, updater: string): OsvSource => ({
    bucket,
    updater,
    version: 3,
    serves,
    namespaceOf: (ecosystem) => namespacesOf(ecosystem)[0],
    alsoIn: (ecosystem) => namespacesOf(ecosystem).slice(1),
    subjectsOf: binariesOf,
  });
  return [sourceOf('SUSE', 'suse-osv-updater'), sourceOf('openSUSE', 'opensuse-osv-updater')];
}

/** `ecosystem_specific.binaries`: lists of name → version. An entry without them speaks of the package of its own name. */
function binariesOf({ package: of, ecosystemSpecific }: OsvAffected): readonly OsvSubject[] {
  const lists = member(ecosystemSpecific, 'binaries');
  const subjects = (Array.isArray(lists) ? lists : []).flatMap((list: unknown) =>
    (objectEntries(list) ?? []).flatMap(([name, version]): readonly OsvSubject[] => {
      const fixed = text(version);
      return fixed === undefined || name === '' ? [] : [{ package: packageOf(name), ranges: [{ fixed }] }];
    }),
  );
  return subjects.length > 0 ? subjects : [{ package: packageOf(of?.name ?? '') }];
}
