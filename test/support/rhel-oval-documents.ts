import { createHash } from 'node:crypto';
import { splitNevr, vexHost, type HydraCve } from './vex-documents.ts';
import { writeFeed } from './feed-mirror.ts';

const folder = `${vexHost}/data/oval/v2`;

/** Lays documents out as Red Hat's folder of OVAL v2, with its list, under `root`. */
export function writeOvalMirror(root: string, documents: Readonly<Record<string, string | Uint8Array>>): void {
  const lines = Object.entries(documents).map(([path, body]) => {
    writeFeed(root, `${folder}/${path}`, body);
    return `${path},${createHash('sha256').update(body).digest('hex')},${body.length}\n`;
  });
  writeFeed(root, `${folder}/PULP_MANIFEST`, lines.join(''));
}

/** What Red Hat's API says of a release's packages, in the form of its OVAL: each fix is of a binary package with the name of its source. */
export function toOvalDocument(cves: readonly HydraCve[], major: string): string {
  const release = `cpe:/o:redhat:enterprise_linux:${major}`;
  const products = new Set([release, `cpe:/a:redhat:enterprise_linux:${major}`]);
  const definitions: string[] = [];
  const tests: string[] = [];
  const states: string[] = [];
  const objects = new Map<string, string>();
  let serial = 0;
  const nameOf = (name: string): string => {
    const id = objects.get(name) ?? `oval:com.redhat.cve:obj:${objects.size + 1}`;
    objects.set(name, id);
    return id;
  };
  const test = (name: string, comment: string, state?: string): string => {
    serial += 1;
    const id = `oval:com.redhat.cve:tst:${serial}`;
    const reference = state === undefined ? '' : `<state state_ref="${state}"/>`;
    tests.push(`<rpminfo_test id="${id}"><object object_ref="${nameOf(name)}"/>${reference}</rpminfo_test>`);
    return `<criterion test_ref="${id}" comment="${name} ${comment}"/>`;
  };
  const define = (id: string, cve: string, severity: string, inside: { readonly metadata?: string; readonly criteria: string }): void => {
    definitions.push(`<definition id="${id}" class="vulnerability"><metadata><title>${id}</title><description>${cve}</description><advisory><severity>${severity}</severity>
      <cve href="https://access.redhat.com/security/cve/${cve}" impact="${severity}">${cve}</cve>${inside.metadata ?? ''}
      <affected_cpe_list>${[...products].map((cpe) => `<cpe>${cpe}</cpe><cpe>${cpe}::appstream</cpe>`).join('')}</affected_cpe_list></advisory></metadata>
      <criteria operator="OR"><criterion test_ref="must" comment="Red Hat Enterprise Linux must be installed"/><criteria operator="AND">
      <criterion test_ref="is" comment="Red Hat Enterprise Linux ${major} is installed"/>${inside.criteria}</criteria></criteria></definition>`);
  };
  for (const { name: cve, threat_severity: severity = '', affected_release = [], package_state = [] } of cves) {
    for (const { advisory, cpe, package: nevr } of affected_release) {
      const found = products.has(cpe) ? splitNevr(nevr ?? '') : undefined;
      if (!found) continue;
      const state = `oval:com.redhat.rhsa:ste:${states.length + 1}`;
      states.push(`<rpminfo_state id="${state}"><evr operation="less than">${found.epoch}:${found.evr}</evr></rpminfo_state>`);
      const criteria =
        test(found.name, `is earlier than ${found.epoch}:${found.evr}`, state) +
        test(found.name, 'is signed with Red Hat redhatrelease2 key');
      define(`oval:com.redhat.rhsa:def:${advisory.replace(/\D/g, '')}${serial}`, cve, severity, { criteria });
    }
    for (const { cpe, package_name: name, fix_state: state } of package_state) {
      if (!products.has(cpe) || /[/:]/.test(name)) continue;
      const isClear = state === 'Not affected';
      const criteria =
        test(name, 'is installed') + (isClear ? test(name, 'is not installed') : test(name, 'is signed with Red Hat redhatrelease2 key'));
      const metadata = isClear ? '' : `<affected><resolution state="${state}"><component>${name}</component></resolution></affected>`;
      define(`oval:com.redhat.${isClear ? 'unaffected' : 'cve'}:def:${cve.replace(/\D/g, '')}${serial}`, cve, severity, {
        criteria,
        metadata,
      });
    }
  }
  const named = [...objects].map(([name, id]) => `<rpminfo_object id="${id}"><name>${name}</name></rpminfo_object>`);
  return `<oval_definitions><definitions>${definitions.join('\n')}</definitions><tests>${tests.join('\n')}</tests><objects>${named.join('\n')}</objects><states>${states.join('\n')}</states></oval_definitions>`;
}
