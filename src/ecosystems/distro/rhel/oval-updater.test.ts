import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Advisory, Fetched } from '../../../contracts/index.ts';
import { FeedError } from '../../../core/index.ts';
import { FakeFeedClient } from '../../../testing/index.ts';
import { majorsOfNamespace, statedProducts } from './oval-products.ts';
import { ovalBaseUrl, readFeedList, readManifest } from './oval-streams.ts';
import { createRhelOvalUpdater, rhelOvalUpdaterSet } from './oval-updater.ts';

const path = 'RHEL9/rhel-9-including-unpatched.oval.xml.bz2';
const cpes = [
  'cpe:/a:redhat:enterprise_linux:9',
  'cpe:/a:redhat:enterprise_linux:9::appstream',
  'cpe:/o:redhat:enterprise_linux:9',
  'cpe:/o:redhat:enterprise_linux:9::baseos',
];

interface Stated {
  readonly id?: string;
  readonly title?: string;
  readonly cve?: string;
  readonly resolutions?: Readonly<Record<string, readonly string[]>>;
  readonly cpes?: readonly string[];
  readonly criteria: string;
}

const criterion = (test: string, comment: string): string => `<criterion test_ref="${test}" comment="${comment}"/>`;
const all = (...parts: readonly string[]): string => `<criteria operator="AND">${parts.join('')}</criteria>`;
const any = (...parts: readonly string[]): string => `<criteria operator="OR">${parts.join('')}</criteria>`;
const installed = (name: string): string =>
  all(criterion(`i-${name}`, `${name} is installed`), criterion('k', `${name} is signed with Red Hat redhatrelease2 key`));
const fixed = (name: string): string =>
  all(criterion(`f-${name}`, `${name} is earlier than 0:2-1.el9`), criterion('k', `${name} is signed with Red Hat redhatrelease2 key`));
const onRelease = (...parts: readonly string[]): string =>
  any(
    criterion('must', 'Red Hat Enterprise Linux must be installed'),
    all(criterion('is', 'Red Hat Enterprise Linux 9 is installed'), ...parts),
  );

function document(...stated: readonly Stated[]): string {
  const definitions = stated.map(
    ({ id = 'oval:com.redhat.cve:def:20240001', title = 't', cve = 'CVE-2024-0001', resolutions = {}, cpes: list = cpes, criteria }) => {
      const states = Object.entries(resolutions).map(
        ([state, components]) =>
          `<resolution state="${state}">${components.map((each) => `<component>${each}</component>`).join('')}</resolution>`,
      );
      return `<definition class="vulnerability" id="${id}"><metadata><title>${title}</title>
      <reference ref_id="RHSA-2024:0001" ref_url="https://access.redhat.com/errata/RHSA-2024:0001" source="RHSA"/><description>d</description>
      <advisory><severity>Moderate</severity><cve href="https://access.redhat.com/security/cve/${cve}" impact="important">${cve}</cve>
      <affected>${states.join('')}</affected><affected_cpe_list>${list.map((each) => `<cpe>${each}</cpe>`).join('')}</affected_cpe_list></advisory></metadata>${criteria}</definition>`;
    },
  );
  const names = ['kernel', 'kernel-rt', 'kernel-rt-core', 'tar', 'nodejs'];
  const tests = names.map(
    (name) => `<rpminfo_test id="i-${name}"><object object_ref="o-${name}"/></rpminfo_test>
      <rpminfo_test id="f-${name}"><object object_ref="o-${name}"/><state state_ref="s"/></rpminfo_test>
      <rpminfo_test id="n-${name}" check_existence="none_exist"><object object_ref="o-${name}"/></rpminfo_test>`,
  );
  const objects = names.map((name) => `<rpminfo_object id="o-${name}"><name>${name}</name></rpminfo_object>`);
  return `<oval_definitions><definitions>${definitions.join('')}</definitions><tests>${tests.join('')}<uname_test id="u"><object object_ref="u"/></uname_test></tests>
    <objects>${objects.join('')}</objects><states><rpminfo_state id="s"><arch operation="pattern match">aarch64|x86_64</arch>
    <evr operation="less than">0:2-1.el9</evr></rpminfo_state></states></oval_definitions>`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const manifestOf = (documents: Readonly<Record<string, string>>): string =>
  Object.entries(documents)
    .map(([name, text]) => `${name},${sha256(text)},${text.length}\n`)
    .join('');

const sample = document({ criteria: onRelease(fixed('tar')) });

async function parse(documents: Readonly<Record<string, string>>, major = '9'): Promise<readonly Advisory[]> {
  const client = new FakeFeedClient();
  client.set(`${ovalBaseUrl}PULP_MANIFEST`, manifestOf(documents));
  for (const [name, text] of Object.entries(documents)) client.set(ovalBaseUrl + name, text);
  const updater = createRhelOvalUpdater(major);
  const fetched = await updater.fetch(undefined, { client });
  return fetched.kind === 'changed' ? await Array.fromAsync(updater.parse(fetched.body)) : [];
}

const said = (advisories: readonly Advisory[]): readonly string[] =>
  advisories.flatMap(({ name, rows }) =>
    rows.map(({ namespace, package: of, range, status, fixState }) =>
      [name, namespace.key.replace('redhat:cpe:/', ''), of.name, of.module, of.arch, range.fixed ?? '', status, fixState]
        .filter((each) => each !== '')
        .join(' '),
    ),
  );

describe('OVAL of Red Hat', () => {
  it.each<[string, Omit<Stated, 'criteria'>, string, readonly string[]]>([
    ['a fix', {}, fixed('tar'), ['tar aarch64|x86_64 0:2-1.el9 affected fixed']],
    [
      'a fix of a module',
      {},
      all(criterion('m', 'Module nodejs:18 is enabled'), any(fixed('nodejs'))),
      ['nodejs nodejs:18 aarch64|x86_64 0:2-1.el9 affected fixed'],
    ],
    [
      'a fix of a kernel, whatever kernel runs',
      {},
      all(
        any(
          criterion('u', 'kernel earlier than 0:2-1.el9 is currently running'),
          criterion('u', 'kernel earlier than 0:2-1.el9 is set to boot up on next boot'),
        ),
        any(fixed('kernel')),
      ),
      ['kernel aarch64|x86_64 0:2-1.el9 affected fixed'],
    ],
    ['no fix yet', { resolutions: { Affected: ['tar'] } }, installed('tar'), ['tar affected not-fixed']],
    ['a fix deferred', { resolutions: { 'Fix deferred': ['tar'] } }, installed('tar'), ['tar affected deferred']],
    ['no fix to come', { resolutions: { 'Will not fix': ['tar'] } }, installed('tar'), ['tar affected will-not-fix']],
    ['out of support', { resolutions: { 'Out of support scope': ['tar'] } }, installed('tar'), ['tar affected end-of-life']],
    ['looked into', { resolutions: { 'Under investigation': ['tar'] } }, installed('tar'), ['tar undetermined under-investigation']],
    [
      'several components',
      { resolutions: { Affected: ['kernel', 'nodejs:18/nodejs'], 'Will not fix': ['kernel-rt'] } },
      any(installed('kernel'), installed('kernel-rt'), installed('kernel-rt-core'), installed('nodejs')),
      ['kernel affected not-fixed', 'kernel-rt affected will-not-fix', 'kernel-rt-core affected will-not-fix', 'nodejs affected not-fixed'],
    ],
    ['a state that nobody knows', { resolutions: { Whatever: ['tar'] } }, installed('tar'), ['tar affected not-fixed']],
    [
      'what is not affected',
      { id: 'oval:com.redhat.unaffected:def:20240001' },
      any(
        all(criterion('i-tar', 'tar is installed'), criterion('n-tar', 'tar is not installed')),
        all(criterion('i-kernel', 'kernel is installed'), criterion('n-kernel', 'kernel is not installed')),
      ),
      ['tar not_affected unknown', 'kernel not_affected unknown'],
    ],
    ['another release', {}, criterion('is', 'Red Hat Enterprise Linux 8 is installed'), []],
  ])('%s', async (_, of, criteria, expected) => {
    const advisories = await parse({ [path]: document({ ...of, criteria: onRelease(criteria) }) });
    expect(said(advisories)).toEqual(expected.map((each) => `CVE-2024-0001 o:redhat:enterprise_linux:9 ${each}`));
  });

  it('names its erratum, its document and the vendor’s word', async () => {
    const [advisory] = await parse({ [path]: sample });
    expect(advisory).toMatchObject({
      name: 'CVE-2024-0001',
      aliases: ['RHSA-2024:0001'],
      severity: 'important',
      normalizedSeverity: 'High',
      url: ovalBaseUrl + path,
      rows: [{ pointer: 'oval:com.redhat.cve:def:20240001' }],
    });
  });

  it('keeps apart what several streams say under one id', async () => {
    const eus = document({ cpes: ['cpe:/o:redhat:rhel_eus:9.2::baseos'], criteria: onRelease(fixed('tar')) });
    const advisories = await parse({
      [path]: sample,
      'RHEL9/rhel-9.2-eus.oval.xml.bz2': eus,
      'RHEL8/rhel-8.oval.xml.bz2': 'of another release',
    });
    expect(
      said(advisories)
        .map((each) => each.split(' ')[1])
        .sort(),
    ).toEqual(['o:redhat:enterprise_linux:9', 'o:redhat:rhel_eus:9.2::baseos']);
    expect(new Set(advisories.map(({ part }) => part)).size).toBe(2);
  });

  it('a document that is not what its list says is not believed', async () => {
    const client = new FakeFeedClient();
    client.set(`${ovalBaseUrl}PULP_MANIFEST`, manifestOf({ [path]: `${sample} ` }));
    client.set(ovalBaseUrl + path, sample);
    const updater = createRhelOvalUpdater('9');
    const fetched = await updater.fetch(undefined, { client });
    await expect(fetched.kind === 'changed' ? Array.fromAsync(updater.parse(fetched.body)) : undefined).rejects.toBeInstanceOf(FeedError);
  });
});

describe('fetching it', () => {
  const list = `${ovalBaseUrl}PULP_MANIFEST`;
  const updater = createRhelOvalUpdater('9');
  const serving = (documents: Readonly<Record<string, string>>): FakeFeedClient => {
    const client = new FakeFeedClient();
    client.set(list, manifestOf(documents));
    for (const [name, text] of Object.entries(documents)) client.set(ovalBaseUrl + name, text);
    return client;
  };
  const fingerprintOf = (fetched: Fetched): string => (fetched.kind === 'changed' ? fetched.fingerprint : expect.fail('unchanged'));

  it('reads nothing where no document of the release changed', async () => {
    const before = fingerprintOf(await updater.fetch(undefined, { client: serving({ [path]: sample }) }));
    const other = serving({ [path]: sample, 'RHEL8/rhel-8.oval.xml.bz2': 'x' });
    expect(await updater.fetch(before, { client: other })).toEqual({ kind: 'unchanged' });
    const changed = serving({ [path]: `${sample}\n` });
    expect(fingerprintOf(await updater.fetch(before, { client: changed }))).not.toBe(before);
  });

  it.each(['', '{', 'null', '"x"', '[]', '__proto__'])('reads all for the fingerprint %j, which it never made', async (made) => {
    expect(await updater.fetch(made, { client: serving({ [path]: sample }) })).toMatchObject({ kind: 'changed' });
  });

  it('finds the releases that have documents by asking', async () => {
    const client = serving({ [path]: sample, 'RHEL7/rhel-7.oval.xml.bz2': 'x', 'RHEL77/x.oval.xml.bz2': 'x' });
    const updaters = await rhelOvalUpdaterSet.discover({ client });
    expect(updaters.map(({ name }) => name)).toEqual(['rhel-repository-to-cpe', 'rhel-7-oval-updater', 'rhel-9-oval-updater']);
  });

  it('fails where a list, the release or a document is not there', async () => {
    const notFound = { code: 'FEED_NOT_FOUND' };
    await expect(updater.fetch(undefined, { client: new FakeFeedClient() })).rejects.toMatchObject(notFound);
    await expect(createRhelOvalUpdater('8').fetch(undefined, { client: serving({ [path]: sample }) })).rejects.toMatchObject(notFound);
    const client = new FakeFeedClient();
    client.set(list, manifestOf({ [path]: sample }));
    const fetched = await updater.fetch(undefined, { client });
    await expect(fetched.kind === 'changed' ? Array.fromAsync(fetched.body) : undefined).rejects.toMatchObject(notFound);
  });

  it('stops when its caller leaves', async () => {
    const client = serving({ [path]: sample });
    const fetched = await updater.fetch(undefined, { client });
    const body = fetched.kind === 'changed' ? fetched.body : expect.fail('unchanged');
    await expect(Array.fromAsync(updater.parse(body, { signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(updater.fetch(undefined, { client, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('the lists of documents', () => {
  const hash = 'a'.repeat(64);

  it('give for each stream the document with what is not fixed, whatever else they hold', () => {
    const listed = readManifest(
      [
        'RHEL9/rhel-9.oval.xml.bz2',
        path,
        'RHEL8/rhel-8.4-eus.oval.xml.bz2',
        'RHEL9/../evil.oval.xml.bz2',
        'https://example.test/RHEL9/x.oval.xml.bz2',
        'feed.json',
        '',
      ]
        .map((each) => `${each},${hash},12`)
        .join('\r\n'),
    );
    expect(listed.map(({ path: of, name, major }) => [of, name, major])).toEqual([
      ['RHEL8/rhel-8.4-eus.oval.xml.bz2', 'rhel-8.4-eus', '8'],
      [path, 'rhel-9', '9'],
    ]);
  });

  it('may come as JSON', () => {
    const entry = (src: string): object => ({ content: { src }, updated: '2024-01-01' });
    const listed = readFeedList(
      JSON.stringify({ feed: { entry: [entry(ovalBaseUrl + path), entry('https://example.test/RHEL9/rhel-9.oval.xml.bz2'), null] } }),
    );
    expect(listed).toEqual([{ path, name: 'rhel-9', major: '9', state: '2024-01-01' }]);
  });

  it.each(['', 'x', '<html>', '[]', '{"feed":{"entry":{}}}'])('are refused where they name no document: %j', (text) => {
    expect(() => readManifest(text)).toThrow(FeedError);
    expect(() => readFeedList(text)).toThrow(FeedError);
  });
});

describe('products of OVAL', () => {
  it.each([
    ['redhat:cpe:/o:redhat:enterprise_linux:9', ['9']],
    ['redhat:cpe:/o:redhat:enterprise_linux:9::baseos', ['9']],
    ['redhat:cpe:/o:redhat:rhel_eus:8.4::baseos', ['8']],
    ['redhat:cpe:/a:redhat:openshift:4.13::el8', ['8']],
    ['redhat:cpe:/a:redhat:rhel_software_collections:3::el7', ['7']],
    ['redhat:cpe:/a:redhat:rhel_dotnet:6.0', ['5', '6', '7', '8', '9']],
    ['redhat:cpe:/a:redhat:openshift:4.13', ['5', '6', '7', '8', '9']],
    ['redhat:cpe:/o:redhat:enterprise_linux:10', ['5', '6', '7', '8', '9']],
    ['redhat-repository', []],
    ['debian:12', []],
  ])('%s: the documents of %j', (namespace, majors) => {
    expect(majorsOfNamespace(namespace)).toEqual(majors);
    if (majors.length > 0)
      expect(rhelOvalUpdaterSet.expected(namespace)).toEqual([
        ...majors.map((major) => `rhel-${major}-oval-updater`),
        'rhel-repository-to-cpe',
      ]);
  });

  it.each([
    ['the release alone where it is listed', cpes, ['cpe:/o:redhat:enterprise_linux:9']],
    [
      'else those that no other holds',
      [...cpes.slice(0, 2), 'cpe:/o:redhat:enterprise_linux:9::baseos', 'no CPE'],
      ['cpe:/a:redhat:enterprise_linux:9', 'cpe:/o:redhat:enterprise_linux:9::baseos'],
    ],
    [
      'one of two that are the same',
      ['cpe:/a:redhat:openshift:4', 'cpe:2.3:a:redhat:openshift:4:*:*:*:*:*:*:*'],
      ['cpe:/a:redhat:openshift:4'],
    ],
  ])('%s', (_, written, expected) => {
    expect(statedProducts(written, '9')).toEqual(expected);
  });
});
