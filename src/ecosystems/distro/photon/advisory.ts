import type { Severity } from '../../../core/index.ts';
import { plainVerdict, recogniseCommon, type OvalProfile } from '../../../families/index.ts';
import { majorOf, namespaceOf, type PhotonRelease } from './release.ts';

export function phsaUrl(release: PhotonRelease): string {
  return `https://packages.vmware.com/photon/photon_oval_definitions/com.vmware.phsa-photon${majorOf(release)}.xml.gz`;
}

const severities: ReadonlyMap<string, Severity> = new Map([
  ['Low', 'Low'],
  ['Moderate', 'Medium'],
  ['Important', 'High'],
  ['Critical', 'Critical'],
]);

/** `PHSA:00001:5.0:184` is the advisory that the wiki calls PHSA-5.0-184. */
const reference = /^PHSA:\d+:([\d.]+):(\d+)$/;

/** A document is of one release: what it says of another is left out. */
export function photonProfile(release: PhotonRelease): OvalProfile {
  const namespaces = [namespaceOf(release)];
  const ours = `Photon ${majorOf(release)}`;
  return {
    packageKind: 'binary',
    url: phsaUrl(release),
    recognise(comment) {
      const major = /^Photon OS (\d+) is installed$/.exec(comment)?.[1];
      return major === undefined ? recogniseCommon(comment) : { kind: 'platform', platform: `Photon ${major}` };
    },
    namespacesOf: (platforms, definition) => ((platforms ?? definition.platforms).includes(ours) ? namespaces : []),
    wordOf: () => '',
    verdictOf: plainVerdict,
    aliasesOf: ({ references }) =>
      references.flatMap(({ source, id }) => {
        const [, of, number] = reference.exec(id) ?? [];
        return source === 'PHSA' && of !== undefined ? [`PHSA-${of}-${number}`] : [];
      }),
    severityOf: (word) => severities.get(word) ?? 'Unknown',
  };
}
