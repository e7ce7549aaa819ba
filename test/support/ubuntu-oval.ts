/** What Ubuntu's tracker says of a source package in a release, and the binary packages of it. */
export interface TrackedPackage {
  readonly source: string;
  readonly binaries: readonly string[];
  /** `jammy`, `esm-apps/jammy`. */
  readonly release: string;
  /** The tracker's word: `released`, `needed`, `ignored`, … */
  readonly status: string;
  /** A version, a date, a reason. */
  readonly note: string;
}

export interface TrackedCve {
  readonly id: string;
  readonly priority: string;
  readonly packages: readonly TrackedPackage[];
}

/** The version in a note, as the generator finds it. */
export function versionOfNote(note: string): string | undefined {
  return /^\d\S*$/.test(note) ? note : undefined;
}

/** Sentence and bound of a status; undefined where a document says nothing. */
function sentenceOf({ source, release, status, note }: TrackedPackage): readonly [comment: string, fixed?: string] | undefined {
  const [end, fixed] = [note === '' ? '.' : ` (note: '${note}').`, versionOfNote(note)];
  const said = `${source} package in ${release}`;
  switch (status) {
    case 'ignored':
      return [`${source}: while related to the CVE in some way, a decision has been made to ignore this issue${end}`];
    case 'not-affected':
      return fixed === undefined ? undefined : [`${said}, is related to the CVE in some way and has been fixed${end}`, fixed];
    case 'needed':
      return [`${said} is affected and needs fixing${end}`];
    case 'pending': {
      const comment = `${said} is affected. An update containing the fix has been completed and is pending publication${end}`;
      return fixed === undefined ? [comment] : [comment, fixed];
    }
    case 'deferred':
      return [`${said} is affected, but a decision has been made to defer addressing it${end}`];
    case 'released':
      return fixed === undefined
        ? [`${said} was vulnerable and has been fixed, but no release version available for it${end}`]
        : [`${said} was vulnerable but has been fixed${end}`, fixed];
    case 'needs-triage':
      return [`${said} is affected and may need fixing${end}`];
    default:
      return undefined;
  }
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/**
 * A document in the form of Canonical's: tests of dpkg, variables with the names of binary packages, versions with an epoch, the release asked for by a
 * definition of its own, and a kernel that is told of by the one that runs.
 */
export function writeUbuntuOval(codename: string, releaseName: string, cves: readonly TrackedCve[]): string {
  const ns = `oval:com.ubuntu.${codename}`;
  const [definitions, tests, objects, states, variables]: string[][] = [[], [], [], [], []];
  let number = 1000;
  for (const { id, priority, packages } of cves) {
    const criteria = packages.flatMap((found) => {
      const [comment, fixed] = sentenceOf(found) ?? [];
      if (comment === undefined) return [];
      number += 10;
      const state = fixed === undefined ? '' : `<linux-def:state state_ref="${ns}:ste:${number}"/>`;
      tests?.push(
        `<linux-def:dpkginfo_test id="${ns}:tst:${number}" version="1" check_existence="at_least_one_exists" check="at least one" comment="Does the '${found.source}' package exist?"><linux-def:object object_ref="${ns}:obj:${number}"/>${state}</linux-def:dpkginfo_test>`,
      );
      objects?.push(
        `<linux-def:dpkginfo_object id="${ns}:obj:${number}" version="1"><linux-def:name var_ref="${ns}:var:${number}" var_check="at least one"/></linux-def:dpkginfo_object>`,
      );
      if (fixed !== undefined) {
        const evr = fixed.includes(':') ? fixed : `0:${fixed}`;
        states?.push(
          `<linux-def:dpkginfo_state id="${ns}:ste:${number}" version="1"><linux-def:evr datatype="debian_evr_string" operation="less than">${escape(evr)}</linux-def:evr></linux-def:dpkginfo_state>`,
        );
      }
      const values = found.binaries.map((name) => `<value>${escape(name)}</value>`).join('');
      variables?.push(`<constant_variable id="${ns}:var:${number}" version="1" datatype="string">${values}</constant_variable>`);
      return [`<criterion test_ref="${ns}:tst:${number}" comment="${escape(comment)}"/>`];
    });
    if (criteria.length === 0) continue;
    const kernel = `<criteria operator="AND"><criterion test_ref="${ns}:tst:300" comment="Is kernel linux running?"/><criterion test_ref="${ns}:tst:310" comment="linux package in ${codename} was vulnerable but has been fixed (note: '5.15.0-97.107')."/></criteria>`;
    definitions?.push(
      `<definition class="vulnerability" id="${ns}:def:${id.replaceAll(/\D/g, '')}00" version="1"><metadata><title>${id} on ${releaseName} (${codename}) - ${priority}</title><description>made for a test</description><affected family="unix"><platform>${releaseName}</platform></affected><reference source="CVE" ref_id="${id}" ref_url="https://www.cve.org/CVERecord?id=${id}"/><advisory><severity>${priority}</severity><public_date>2023-12-18 15:00:00 UTC</public_date><ref>https://ubuntu.com/security/notices/USN-6561-1</ref><cve href="https://ubuntu.com/security/${id}" priority="${priority}" public="20231218">${id}</cve></advisory></metadata><criteria><extend_definition definition_ref="${ns}:def:100" comment="${releaseName} is installed." applicability_check="true"/><criteria operator="OR">${criteria.join('')}${kernel}</criteria></criteria></definition>`,
    );
  }
  definitions?.unshift(
    `<definition class="inventory" id="${ns}:def:100" version="1"><metadata><title>Check that ${releaseName} (${codename}) is installed.</title><description/></metadata><criteria><criterion test_ref="${ns}:tst:100" comment="The host is part of the unix family."/><criterion test_ref="${ns}:tst:101" comment="The host is running Ubuntu ${codename}"/></criteria></definition>`,
  );
  tests?.unshift(
    `<ind-def:family_test id="${ns}:tst:100" version="1"><ind-def:object object_ref="${ns}:obj:100"/><ind-def:state state_ref="${ns}:ste:100"/></ind-def:family_test>`,
    `<unix-def:uname_test id="${ns}:tst:300" version="1" check="at least one"><unix-def:object object_ref="${ns}:obj:300"/><unix-def:state state_ref="${ns}:ste:300"/></unix-def:uname_test>`,
    `<ind-def:variable_test id="${ns}:tst:310" version="1" check="at least one"><ind-def:object object_ref="${ns}:obj:310"/><ind-def:state state_ref="${ns}:ste:310"/></ind-def:variable_test>`,
  );
  const section = (name: string, parts: readonly string[] = []): string => `<${name}>${parts.join('\n')}</${name}>`;
  const names = ['ind-def', 'oval', 'unix-def', 'linux-def']
    .map((name) => `xmlns:${name}="http://oval.mitre.org/XMLSchema/x#${name}"`)
    .join(' ');
  return `<?xml version="1.0"?><oval_definitions xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5" ${names}><generator><oval:schema_version>5.11.1</oval:schema_version></generator>${section('definitions', definitions)}${section('tests', tests)}${section('objects', objects)}${section('states', states)}${section('variables', variables)}</oval_definitions>`;
}
