import type { Namespace, UpdaterSet } from '../../contracts/index.ts';
import { isCveId } from '../../core/index.ts';
import { member, text } from '../../formats/json-stream/index.ts';
import type { OsvAffected, OsvRecord } from '../../formats/osv/index.ts';
import { packageOf } from './advisories-of-record.ts';
import { vectorOrWord } from './osv-severity.ts';
import type { OsvNames, OsvSeverityWord, OsvSource } from './osv-source.ts';
import { createOsvUpdaterSet } from './osv-updater.ts';

export interface LanguageOsvOptions {
  /** The ecosystem in OSV's words, which is its folder in the bucket too, e.g. `crates.io`. */
  readonly ecosystem: string;
  readonly namespace: Namespace;
  /** Of the updater: grows when other rows come of the same records. */
  readonly version: number;
  /** The one way in which a name is written; as it stands if absent. */
  readonly nameOf?: (name: string) => string;
}

/**
 * The records of a language's ecosystem: each a finding a CVE that it is known by. What several databases say of one thing is united when an
 * image is matched, for only there is it known which of them hold its version.
 */
export function createLanguageOsvSource({ ecosystem, namespace, version, nameOf }: LanguageOsvOptions): OsvSource {
  return {
    bucket: ecosystem,
    updater: `${namespace.key}-osv-updater`,
    version,
    serves: (asked) => asked === namespace.key,
    // One with a suffix (`Packagist:https://packages.drupal.org/8`) is of another registry, where names mean other packages.
    namespaceOf: (asked) => (asked === ecosystem ? namespace : undefined),
    namesOf: namesOfRecord,
    severityOf: severityOfRecord,
    describedBy: 'summary',
    ...(nameOf && { subjectsOf: ({ package: of }) => [{ package: packageOf(nameOf(of?.name ?? '')) }] }),
  };
}

/** The set `osv` of a language. */
export function createLanguageOsvUpdaterSet(options: LanguageOsvOptions): UpdaterSet {
  return createOsvUpdaterSet('osv', [createLanguageOsvSource(options)]);
}

/** Its CVEs; without one its GHSA; else its own id. Only what the record says is the same counts, not what is related. */
function namesOfRecord({ id, aliases }: OsvRecord): OsvNames {
  const ids = [...new Set([id, ...aliases])].sort();
  const cves = ids.filter(isCveId);
  const others = ids.filter((each) => !isCveId(each));
  if (cves.length > 0) return { names: cves, aliases: others };
  const name = others.find((each) => each.startsWith('GHSA-')) ?? id;
  return { names: [name], aliases: others.filter((each) => each !== name) };
}

/** A package that was made to harm has no vector: nothing is worse. */
function severityOfRecord(record: OsvRecord, affected?: OsvAffected): OsvSeverityWord {
  if (record.id.startsWith('MAL-')) return { severity: 'malicious', normalizedSeverity: 'Critical' };
  return vectorOrWord(record, affected, text(member(record.databaseSpecific, 'severity')) ?? '');
}
