/** What a made document of SUSE says of a package of products. */
export interface SuseStatement {
  readonly cve: string;
  readonly products: readonly string[];
  readonly name: string;
  /** Affected below that version; any version; none. */
  readonly is: { readonly below: string } | 'affected' | 'not affected';
  readonly arch?: string;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** A document in the form of SUSE's `-affected` ones: a definition a CVE, products in an OR beside packages in an OR, names and states apart. */
export function writeSuseOval(statements: readonly SuseStatement[]): string {
  const ns = 'oval:org.opensuse.security';
  const [tests, objects, states]: string[][] = [[], [], []];
  let number = 2_009_000_000;
  const test = (name: string, state: string): string => {
    number += 1;
    tests?.push(
      `<rpminfo_test id="${ns}:tst:${number}" version="1" comment="${escape(name)}" check="at least one"><object object_ref="${ns}:obj:${number}"/><state state_ref="${ns}:ste:${number}"/></rpminfo_test>`,
    );
    objects?.push(`<rpminfo_object id="${ns}:obj:${number}" version="1"><name>${escape(name)}</name></rpminfo_object>`);
    states?.push(`<rpminfo_state id="${ns}:ste:${number}" version="1">${state}</rpminfo_state>`);
    return `${ns}:tst:${number}`;
  };
  const criterion = (ref: string, comment: string): string => `<criterion test_ref="${ref}" comment="${escape(comment)}"/>`;
  const evr = (operation: string, version: string): string =>
    `<evr datatype="evr_string" operation="${operation}">${escape(version)}</evr>`;
  const packageOf = ({ name, is, arch }: SuseStatement): string => {
    const ofArch = arch === undefined ? '' : `<arch datatype="string" operation="pattern match">${arch}</arch>`;
    if (is === 'not affected') return criterion(test(name, '<version operation="equals">0</version>'), `${name} is not affected`);
    if (is === 'affected') return criterion(test(name, ofArch + evr('greater than', '0:0-0')), `${name} is affected`);
    return criterion(test(name, ofArch + evr('less than', `0:${is.below}`)), `${name}-${is.below} is installed`);
  };
  const definitions = statements.map((statement, index) => {
    const { cve, products } = statement;
    const named = products.map((product) =>
      criterion(test('sles-release', '<version operation="equals">15</version>'), `${product} is installed`),
    );
    return `<definition id="${ns}:def:${index}" version="1" class="vulnerability"><metadata><title>${cve}</title><affected family="unix"><platform>${products[0]}</platform></affected><reference ref_id="SUSE ${cve}" ref_url="https://www.suse.com/security/cve/${cve}" source="SUSE CVE"/><description>made for a test</description><advisory from="security@suse.de"><issued date="2023-01-17"/><severity>Moderate</severity><cve href="https://www.suse.com/security/cve/${cve}/">${cve} at SUSE</cve></advisory></metadata><criteria operator="AND"><criteria operator="OR">${named.join('')}</criteria><criteria operator="OR">${packageOf(statement)}</criteria></criteria></definition>`;
  });
  const section = (name: string, parts: readonly string[] = []): string => `<${name}>${parts.join('\n')}</${name}>`;
  return `<?xml version="1.0"?><oval_definitions xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5" xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5"><generator><oval:schema_version>5.5</oval:schema_version></generator>${section('definitions', definitions)}${section('tests', tests)}${section('objects', objects)}${section('states', states)}</oval_definitions>`;
}
