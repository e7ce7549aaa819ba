import { diagnostic, type DistributionFacts } from '../../../core/index.ts';
import { createReleaseFileScanner } from '../../../families/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

/**
 * Reads any release file as it is written, for distributions that no other scanner knows. It alone reports bad lines,
 * so that they are said once and not once a scanner.
 */
export const linuxDistributionScanner = createReleaseFileScanner({
  name: 'os-release',
  version: 1,
  fallback: true,
  identify: toFacts,
  diagnose: (release, file) => {
    const [first] = release.badLines;
    if (first === undefined && release.values.size > 0) return [];
    return [diagnostic('DISTRIBUTION_UNREADABLE', { path: file.path, data: { lines: release.badLines.length, first: first ?? 0 } })];
  },
});

/** os-release(5): `ID` is `linux` and `NAME` is `Linux` where they are not set. */
function toFacts({ values }: OsRelease): DistributionFacts | undefined {
  if (values.size === 0) return undefined;
  const value = (name: string): string => values.get(name) ?? '';
  const name = value('NAME') || 'Linux';
  return {
    did: value('ID') || 'linux',
    name,
    version: value('VERSION'),
    versionCodeName: value('VERSION_CODENAME'),
    versionId: value('VERSION_ID'),
    arch: '',
    cpe: value('CPE_NAME'),
    // Red Hat's kin name the product there without its minor release, which PRETTY_NAME has: one product, one name
    prettyName: value('REDHAT_BUGZILLA_PRODUCT') || value('PRETTY_NAME') || name,
  };
}
