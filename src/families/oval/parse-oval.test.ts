import { describe, expect, it } from 'vitest';
import type { Advisory, AdvisoryRow, Namespace } from '../../contracts/index.ts';
import type { Diagnostic } from '../../core/index.ts';
import { parseOval, plainVerdict, recogniseCommon, type OvalCounts, type OvalProfile } from './index.ts';

const namespaces = new Map<string, Namespace>(['8', '9'].map((release) => [release, { key: `example:${release}`, scheme: 'rpm' }]));

const profile: OvalProfile = {
  packageKind: 'binary',
  url: 'https://example.test/oval.xml',
  recognise(comment) {
    const platform = /^Example (\d+) is installed$/.exec(comment)?.[1];
    return platform === undefined ? recogniseCommon(comment) : { kind: 'platform', platform };
  },
  namespacesOf: (platforms) => (platforms ?? ['8']).flatMap((platform) => namespaces.get(platform) ?? []),
  wordOf: () => '',
  verdictOf: plainVerdict,
  aliasesOf: ({ references }) => references.filter(({ source }) => source === 'EX').map(({ id }) => id),
  severityOf: (word) => (word === 'Important' ? 'High' : 'Unknown'),
  isOtherMake: (version) => version.includes('.hot'),
};

const criterion = (test: string, comment = 'a package', rest = ''): string => `<criterion test_ref="${test}" comment="${comment}"${rest}/>`;
const on = (release: string): string => criterion('release', `Example ${release} is installed`);
const all = (...parts: readonly string[]): string => `<criteria operator="AND">${parts.join('')}</criteria>`;
const any = (...parts: readonly string[]): string => `<criteria operator="OR">${parts.join('')}</criteria>`;

const metadata = `<metadata><title>t</title><reference source="EX" ref_id="EX-1" ref_url="https://example.test/EX-1"/>
  <reference source="CVE" ref_id="CVE-2024-0001" ref_url="https://example.test/CVE-2024-0001"/><description>Bad &lt;thing&gt;</description>
  <advisory><severity>Important</severity><issued date="2024-01-02"/><cve href="https://example.test/1">CVE-2024-0001</cve><cve>CVE-2024-0002</cve></advisory></metadata>`;

function rpm(id: string, name: string, state: string, existence = ''): string {
  return `<rpminfo_test id="${id}"${existence}><object object_ref="o:${name}"/>${state === '' ? '' : `<state state_ref="s:${id}"/>`}</rpminfo_test>`;
}

const tests: readonly (readonly [id: string, name: string, state: string])[] = [
  ['a<2', 'a', '<evr operation="less than">0:2-1</evr>'],
  ['a<=2', 'a', '<evr operation="less than or equal">2-1</evr>'],
  ['a>1', 'a', '<evr operation="greater than">1-1</evr>'],
  ['a>=1', 'a', '<evr operation="greater than or equal">1-1</evr>'],
  ['a=1', 'a', '<evr operation="equals">1-1</evr>'],
  ['a~1', 'a', '<evr operation="pattern match">1.*</evr>'],
  ['a!', 'a', '<version operation="equals">0</version>'],
  ['a', 'a', ''],
  ['a arm', 'a', '<arch operation="pattern match">(aarch64|noarch)</arch><evr operation="less than">2-1</evr>'],
  ['a arm any', 'a', '<evr operation="less than">2-1</evr>'],
  ['a signed', 'a', '<signature_keyid operation="equals">00</signature_keyid>'],
  ['a hot', 'a', '<evr operation="less than">2-1.hot1</evr>'],
  ['b<2', 'b', '<evr operation="less than">2-1</evr>'],
  ['space', 'b', '<evr operation="less than">0: 2-1</evr>'],
];

function document(...criteria: readonly string[]): string {
  const rooted = criteria.map((each) => (each.startsWith('<criterion') ? all(each) : each));
  const definitions = rooted.map((each, index) => `<definition id="d:${index}" class="patch">${metadata}${each}</definition>`);
  const escaped = (text: string): string => text.replaceAll('<', '&lt;');
  return `<oval_definitions><generator/><definitions>${definitions.join('')}</definitions>
    <tests>${tests.map(([id, name, state]) => rpm(escaped(id), name, state)).join('')}
      <uname_test id="kernel"><object object_ref="o:a"/></uname_test>${rpm('absent', 'a', '', ' check_existence="none_exist"')}${rpm('lost', 'nowhere', '')}
      ${rpm('twice', 'a', '')}${rpm('twice', 'b', '')}</tests>
    <objects>${['a', 'b'].map((name) => `<rpminfo_object id="o:${name}"><name>${name}</name></rpminfo_object>`).join('')}</objects>
    <states>${tests.map(([id, , state]) => `<rpminfo_state id="s:${escaped(id)}">${state}</rpminfo_state>`).join('')}</states></oval_definitions>`;
}

async function parse(text: string): Promise<{ advisories: Advisory[]; counts: OvalCounts | undefined; diagnostics: Diagnostic[] }> {
  const [advisories, diagnostics]: [Advisory[], Diagnostic[]] = [[], []];
  let counts: OvalCounts | undefined;
  async function* body(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(new TextEncoder().encode(text));
  }
  const options = {
    updater: 'u',
    profile,
    onCounts: (told: OvalCounts) => (counts = told),
    onDiagnostic: (each: Diagnostic) => void diagnostics.push(each),
  };
  for await (const advisory of parseOval(body(), options)) advisories.push(advisory);
  return { advisories, counts, diagnostics };
}

const said = ({ namespace, package: { name, module, arch }, range, status, fixState }: AdvisoryRow): string =>
  [namespace.key, name, module, arch, JSON.stringify(range), status, fixState].filter((each) => each !== '').join(' ');

async function rowsOf(criteria: string): Promise<readonly string[]> {
  return (await parse(document(criteria))).advisories[0]?.rows.map(said) ?? [];
}

describe('an OVAL definition', () => {
  it('is an advisory for each of its CVEs, with the vendor’s id as alias', async () => {
    const { advisories } = await parse(document(all(on('8'), criterion('a&lt;2'))));
    expect(advisories.map(({ name }) => name)).toEqual(['CVE-2024-0001', 'CVE-2024-0002']);
    expect(advisories[0]).toMatchObject({
      part: 'd:0',
      aliases: ['EX-1'],
      description: 'Bad <thing>',
      links: ['https://example.test/1', 'https://example.test/EX-1', 'https://example.test/CVE-2024-0001'],
      issued: '2024-01-02T00:00:00Z',
      severity: 'Important',
      normalizedSeverity: 'High',
      rows: [{ pointer: 'd:0' }],
    });
    expect(advisories[1]?.links).toEqual(['https://example.test/EX-1']);
  });

  it.each<[string, string, readonly string[]]>([
    ['less than', criterion('a&lt;2'), ['example:8 a {"fixed":"0:2-1"} affected fixed']],
    ['less than or equal', criterion('a&lt;=2'), ['example:8 a {"lastAffected":"2-1"} affected not-fixed']],
    ['greater than: from the next version on', criterion('a>1'), ['example:8 a {"introduced":"1-1^"} affected not-fixed']],
    ['equals', criterion('a=1'), ['example:8 a {"introduced":"1-1","lastAffected":"1-1"} affected not-fixed']],
    ['installed at all', criterion('a'), ['example:8 a {} affected not-fixed']],
    ['two bounds', all(criterion('a>=1'), criterion('a&lt;2')), ['example:8 a {"introduced":"1-1","fixed":"0:2-1"} affected fixed']],
    ['a negated bound', criterion('a&lt;2', 'x', ' negate="true"'), ['example:8 a {"introduced":"0:2-1"} affected not-fixed']],
    ['space after the epoch', criterion('space'), ['example:8 b {"fixed":"0:2-1"} affected fixed']],
    ['an architecture', criterion('a arm'), ['example:8 a aarch64|noarch {"fixed":"2-1"} affected fixed']],
    ['a version that nothing has', criterion('a!'), []],
    ['another make', criterion('a hot'), []],
    ['another product', all(on('7'), criterion('a&lt;2')), []],
    ['a signature', all(criterion('a&lt;2'), criterion('x', 'a is signed with the key')), ['example:8 a {"fixed":"0:2-1"} affected fixed']],
  ])('%s', async (_, criteria, rows) => {
    expect(await rowsOf(criteria)).toEqual(rows);
  });

  it('gives a row for each alternative: releases, packages, modules', async () => {
    const fixed = any(criterion('a&lt;2'), all(criterion('m', 'Module x:1 is enabled'), criterion('b&lt;2')));
    expect(await rowsOf(all(any(on('7'), on('8'), on('9')), fixed))).toEqual([
      'example:8 a {"fixed":"0:2-1"} affected fixed',
      'example:9 a {"fixed":"0:2-1"} affected fixed',
      'example:8 b x:1 {"fixed":"2-1"} affected fixed',
      'example:9 b x:1 {"fixed":"2-1"} affected fixed',
    ]);
  });

  it('gives one row for packages of several machines that differ in nothing else', async () => {
    const machine = (arch: string): string => all(criterion('m', `Example arch is ${arch}`), criterion('a&lt;2'));
    const [row, ...others] = await rowsOf(any(machine('x86_64'), machine('aarch64')));
    expect(others).toEqual([]);
    expect(row).toContain(' aarch64|amd64|');
    expect(row).toMatch(/\bnoarch\|x86_64 /);
  });

  it('is of every architecture where one way to hold names none', async () => {
    const [either, or] = [criterion('a arm'), criterion('a&lt;2').replace('a&lt;2', 'a arm any')];
    expect(await rowsOf(any(either, or))).toEqual(['example:8 a {"fixed":"2-1"} affected fixed']);
    expect(await rowsOf(any(or, either))).toEqual(['example:8 a {"fixed":"2-1"} affected fixed']);
  });

  it('is contradictory where it asks for two modules at once, and says nothing', async () => {
    const both = all(criterion('m', 'Module x:1 is enabled'), criterion('n', 'Module x:2 is enabled'), criterion('a&lt;2'));
    expect(await rowsOf(both)).toEqual([]);
  });

  it('distributes a negation over what is in it', async () => {
    const negated = `<criteria operator="OR" negate="true">${criterion('a&lt;2')}${criterion('a>1')}</criteria>`;
    // From 2 on, and at most 1: a row whose range holds nothing.
    expect(await rowsOf(negated)).toEqual(['example:8 a {"introduced":"0:2-1","fixed":"1-1^"} affected fixed']);
    const single = `<criteria negate="true">${criterion('a>=1')}</criteria>`;
    expect(await rowsOf(single)).toEqual(['example:8 a {"fixed":"1-1"} affected fixed']);
  });
});

const manyWithMany = all(any(...Array.from({ length: 5000 }, () => criterion('a&lt;2'))), ...Array.from({ length: 5000 }, () => on('8')));

describe('what cannot be read', () => {
  it.each([
    ['test-kind', criterion('kernel')],
    ['test-missing', criterion('nonesuch')],
    ['test-missing', criterion('lost')],
    ['test-existence', criterion('absent')],
    ['test-state', criterion('a signed')],
    ['version-operation', criterion('a~1')],
    ['several-packages', all(criterion('a&lt;2'), criterion('b&lt;2'))],
    ['id-ambiguous', criterion('twice')],
    ['no-package', all(on('8'))],
    ['criteria', all(criterion('a&lt;2'), criterion('x', 'Example 8 is installed', ' negate="true"'))],
    ['criteria', `<criteria operator="XOR">${criterion('a&lt;2')}</criteria>`],
    ['no-criteria', ''],
  ])('is counted and told: %s', async (reason, criteria) => {
    const { advisories, counts, diagnostics } = await parse(document(all(on('8'), criterion('a&lt;2')), criteria));
    expect(advisories).toHaveLength(2);
    expect([...(counts?.unreadable ?? [])]).toEqual([[reason, 1]]);
    expect(counts).toMatchObject({ definitions: 2, statements: 2, told: 1, outside: 0 });
    const [skipped] = diagnostics.filter(({ code }) => code === 'FEED_RECORD_SKIPPED');
    expect(skipped?.data).toEqual({ updater: 'u', records: 1, first: 'd:1', reason });
  });

  it('does not multiply without end', async () => {
    const wide = any(...Array.from({ length: 100 }, () => criterion('a&lt;2')));
    const { counts } = await parse(document(all(...Array.from({ length: 20 }, () => wide))));
    expect([...(counts?.unreadable ?? [])]).toEqual([['criteria', 1]]);
  });

  it.each<readonly [string, string]>([
    ['all of very many', all(...Array.from({ length: 20_000 }, () => criterion('a&lt;2')))],
    // Millions of pairs are looked at before it is.
    ...(process.env['CLAIRCORE_FULL'] === undefined ? [] : [['any of very many, with each of very many', manyWithMany] as const]),
    [
      'very many products in both',
      all(...[8, 9].map(() => any(...Array.from({ length: 5000 }, (_, index) => on(`${index}`)))), criterion('a')),
    ],
  ])('what would take long is given up at once: %s', async (_, criteria) => {
    const before = process.cpuUsage();
    const { counts } = await parse(document(criteria));
    expect([...(counts?.unreadable ?? [])]).toEqual([['criteria', 1]]);
    expect(process.cpuUsage(before).user).toBeLessThan(10_000_000);
  });

  it('a definition with more rows than there can be is skipped and told', async () => {
    const cves = Array.from({ length: 3000 }, (_, index) => `<cve>CVE-2024-${10_000 + index}</cve>`).join('');
    const many = any(
      ...Array.from({ length: 2000 }, (_, index) => all(criterion('m', `Module x:${index} is enabled`), criterion('a&lt;2'))),
    );
    const { advisories, counts } = await parse(document(many).replace('</advisory>', `${cves}</advisory>`));
    expect(advisories).toEqual([]);
    expect([...(counts?.unreadable ?? [])]).toEqual([['size', 1]]);
  });

  it('a definition whose id was there before keeps both', async () => {
    const text = document(criterion('a&lt;2'), criterion('b&lt;2')).replace('d:1', 'd:0');
    expect((await parse(text)).advisories.map(({ part, name }) => `${part} ${name}`)).toEqual([
      'd:0 CVE-2024-0001',
      'd:0 CVE-2024-0002',
      'd:0#2 CVE-2024-0001',
      'd:0#2 CVE-2024-0002',
    ]);
  });

  it('a document of something else, cut or out of order is no feed', async () => {
    const whole = document(criterion('a&lt;2'));
    await expect(parse('<html><body><p/></body></html>')).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
    await expect(parse('<oval_definitions/>')).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
    await expect(parse(whole.slice(0, -30))).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
    const turned =
      '<oval_definitions><tests><rpminfo_test id="t"/></tests><definitions><definition id="d"/></definitions></oval_definitions>';
    await expect(parse(turned)).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
  });
});
