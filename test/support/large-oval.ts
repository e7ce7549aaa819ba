import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Packages of a definition, as often as it has architectures. */
const packages = 60;
const cves = 3;
const arches = ['x86_64', 'aarch64', 'i386'];

export interface LargeOval {
  readonly bytes: number;
  readonly definitions: number;
  /** Statements: one for each package of a definition and each architecture. */
  readonly statements: number;
  /** What comes of them: a row for each package and CVE. */
  readonly rows: number;
}

/**
 * Writes OVAL in Oracle's form of at least that many bytes. Nothing in it is shared between definitions but names of packages, and each description is
 * another: no table gets away with few entries.
 */
export async function writeLargeOval(path: string, leastBytes: number): Promise<LargeOval> {
  mkdirSync(dirname(path), { recursive: true });
  const file = createWriteStream(path);
  let bytes = 0;
  const write = async (text: string): Promise<void> => {
    bytes += text.length;
    if (!file.write(text)) await once(file, 'drain');
  };
  const sizeOfOne = definition(1).length + tests(1).length + states(1).length;
  const definitions = Math.ceil(leastBytes / sizeOfOne);
  const each = async (section: string, of: (number: number) => string): Promise<void> => {
    await write(`<${section}>\n`);
    for (let number = 1; number <= definitions; number += 1) await write(of(number));
    await write(`</${section}>\n`);
  };
  await write('<?xml version="1.0" encoding="UTF-8"?>\n<oval_definitions>\n');
  await each('definitions', definition);
  await each('tests', tests);
  const objects = names.map((name, index) => `<rpminfo_object id="${id('obj', 0, index)}"><name>${name}</name></rpminfo_object>\n`);
  await write(`<objects>\n${objects.join('')}</objects>\n`);
  await each('states', states);
  await write('</oval_definitions>\n');
  file.end();
  await once(file, 'close');
  return { bytes, definitions, statements: definitions * packages * arches.length, rows: definitions * packages * cves };
}

const names = Array.from({ length: packages }, (_, index) => `package-of-a-longer-name-${index}`);
const id = (kind: string, number: number, index: number): string => `oval:com.oracle.elsa:${kind}:${(1_000_000 + number) * 1000 + index}`;
const evr = (number: number): string => `${number % 7}:${number}.0.${number % 11}-${number % 5}.el8`;

function definition(number: number): string {
  const ids = Array.from({ length: cves }, (_, index) => `CVE-20${10 + (number % 15)}-${10_000 + number * cves + index}`);
  const inArch = arches.map((arch) => {
    const tested = names.map(
      (name, index) =>
        `<criteria operator="AND"><criterion test_ref="${id('tst', number, index)}" comment="${name} is earlier than ${evr(number)}"/>\n` +
        `<criterion test_ref="${id('tst', number, 500 + index)}" comment="${name} is signed with the Oracle Linux 8 key"/></criteria>\n`,
    );
    return `<criteria operator="AND"><criterion test_ref="${id('tst', number, 998)}" comment="Oracle Linux arch is ${arch}"/><criteria operator="OR">\n${tested.join('')}</criteria></criteria>\n`;
  });
  return `<definition id="${id('def', number, 0)}" version="501" class="patch"><metadata><title>ELSA-${number}</title>
<affected family="unix"><platform>Oracle Linux 8</platform></affected><reference source="elsa" ref_id="ELSA-2020-${number}" ref_url="https://linux.oracle.com/errata/ELSA-2020-${number}.html"/>
<description>${`change ${number} of many; `.repeat(50 + (number % 50))}</description><advisory><severity>MODERATE</severity><issued date="2020-01-02"/>
${ids.map((cve) => `<cve href="https://linux.oracle.com/cve/${cve}.html">${cve}</cve>`).join('\n')}</advisory></metadata>
<criteria operator="AND"><criterion test_ref="${id('tst', number, 999)}" comment="Oracle Linux 8 is installed"/><criteria operator="OR">\n${inArch.join('')}</criteria></criteria></definition>\n`;
}

function tests(number: number): string {
  return names
    .map((name, index) => {
      const object = `<object object_ref="${id('obj', 0, index)}"/>`;
      const test = (at: number, comment: string, state: string): string =>
        `<rpminfo_test id="${id('tst', number, at)}" version="501" comment="${name} is ${comment}" check="at least one">${object}<state state_ref="${state}"/></rpminfo_test>\n`;
      return (
        test(index, `earlier than ${evr(number)}`, id('ste', number, index)) +
        test(500 + index, 'signed with the Oracle Linux 8 key', id('ste', 0, 999))
      );
    })
    .join('');
}

/** One for each test, as Oracle has them. */
function states(number: number): string {
  return names
    .map(
      (_, index) =>
        `<rpminfo_state id="${id('ste', number, index)}" version="501"><evr datatype="evr_string" operation="less than">${evr(number)}</evr></rpminfo_state>\n`,
    )
    .join('');
}
