import type { Namespace } from '../../../contracts/index.ts';
import { member, text } from '../../../formats/json-stream/index.ts';
import type { OsvAffected, OsvRecord } from '../../../formats/osv/index.ts';
import { createOsvUpdaterSet, packageOf, wordOrVector, type OsvSource } from '../../../families/osv/index.ts';
import { namespaceOf } from './advisory.ts';
import { editionOfNamespace, namespaceKey, type Audience } from './series.ts';

interface UbuntuEcosystem {
  readonly versionId: string;
  readonly isPro: boolean;
}

/** `Ubuntu:22.04:LTS`, `Ubuntu:24.10`, `Ubuntu:Pro:16.04:LTS`; not `Ubuntu:Pro:FIPS:18.04:LTS`, whose packages are others. */
function parseEcosystem(ecosystem: string): UbuntuEcosystem | undefined {
  const [, pro, versionId] = /^Ubuntu:(Pro:)?(\d{1,2}\.\d{2})(?::LTS)?$/.exec(ecosystem) ?? [];
  return versionId === undefined ? undefined : { versionId, isPro: pro !== undefined };
}

/**
 * Canonical's records, one a CVE, as one of two audiences reads them. A record that has an entry of Ubuntu Pro for a package has another for everybody
 * where that knows more than Pro's: only where it has none does Pro's tell of the flaw, without its fix, to everybody.
 */
function osvSourceFor(audience: Audience, updater: string): OsvSource {
  const namespaces = new Map<string, Namespace>();
  return {
    bucket: 'Ubuntu',
    updater,
    version: 1,
    serves: (namespace) => editionOfNamespace(namespace)?.audience === audience,
    namespaceOf(ecosystem) {
      const known = namespaces.get(ecosystem);
      if (known) return known;
      const edition = editionOfNamespace(namespaceKey(parseEcosystem(ecosystem)?.versionId ?? '', audience));
      const namespace = edition && namespaceOf(edition);
      if (namespace) namespaces.set(ecosystem, namespace);
      return namespace;
    },
    // Notices (USN, LSN) repeat what the records of their CVEs say.
    leaves: ({ id }) => (/^(?:USN|LSN)-/.test(id) ? 'collection' : undefined),
    takes: (affected, record) => isPro(affected) === (audience === 'pro') || !hasOther(affected, record),
    subjectsOf(affected) {
      const subject = { package: { ...packageOf(affected.package?.name ?? ''), kind: 'source' as const } };
      return [isPro(affected) && audience === 'everybody' ? { ...subject, ranges: [{}] } : subject];
    },
    severityOf(record, affected) {
      const priority = text(member(affected?.ecosystemSpecific, 'ubuntu_priority'));
      return wordOrVector(record, priority ?? record.severity.find(({ type }) => type === 'Ubuntu')?.score ?? '');
    },
  };
}

function isPro({ package: of }: OsvAffected): boolean {
  return parseEcosystem(of?.ecosystem ?? '')?.isPro === true;
}

/** Whether the record tells the other audience of that package of that release. */
function hasOther({ package: of }: OsvAffected, { affected }: OsvRecord): boolean {
  const own = parseEcosystem(of?.ecosystem ?? '');
  return affected.some((other) => {
    if (other.package?.name !== of?.name) return false;
    const found = parseEcosystem(other.package?.ecosystem ?? '');
    return found?.versionId === own?.versionId && found?.isPro !== own?.isPro;
  });
}

/** In place of OVAL: `--feed-source ubuntu=osv`. */
export const ubuntuOsvSources = [osvSourceFor('everybody', 'ubuntu-osv-updater'), osvSourceFor('pro', 'ubuntu-esm-osv-updater')] as const;
export const ubuntuOsvUpdaterSet = createOsvUpdaterSet('osv', ubuntuOsvSources);
