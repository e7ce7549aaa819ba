import { parseSeverity } from '../../../core/index.ts';
import type { OvalProfile, OvalStatement, OvalVerdict } from '../../../families/index.ts';
import { isMariner, namespaceOf, type AzureLinuxRelease } from './release.ts';

const repository = 'https://raw.githubusercontent.com/microsoft/AzureLinuxVulnerabilityData/main';

export function ovalUrl(release: AzureLinuxRelease): string {
  return `${repository}/${isMariner(release) ? 'cbl-mariner' : 'azurelinux'}-${release}-oval.xml`;
}

/**
 * A definition is about one CVE and one source package. `patchable` is `true` where a fix is there, `false` where the version
 * that is named is the last one known to be affected, `Not Applicable` where the package is not affected after all.
 */
function verdictOf({ definition: { patchable }, range }: OvalStatement): OvalVerdict | undefined {
  if (range === undefined) return undefined;
  if (patchable === 'Not Applicable') return { range: {}, status: 'not_affected', fixState: 'unknown' };
  return { range, status: 'affected', fixState: range.fixed === undefined ? 'not-fixed' : 'fixed' };
}

/** A document is of one release, and says so nowhere but in its address. */
export function azurelinuxProfile(release: AzureLinuxRelease): OvalProfile {
  const namespaces = [namespaceOf(release)];
  return {
    packageKind: 'source',
    url: ovalUrl(release),
    recognise: () => undefined,
    namespacesOf: () => namespaces,
    wordOf: () => '',
    verdictOf,
    aliasesOf: () => [],
    severityOf: (word) => parseSeverity(word) ?? 'Unknown',
  };
}
