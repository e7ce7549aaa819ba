import { describe, expect, it } from 'vitest';
import type { Advisory, Namespace } from '../../contracts/index.ts';
import type { Diagnostic } from '../../core/index.ts';
import { collect, writeZip } from '../../testing/index.ts';
import { createOsvUpdaterSet, namesOfAdvisory, parseOsvZip, severityOfWord, type OsvSource } from './index.ts';

const namespace: Namespace = { key: 'example:9', scheme: 'rpm', distribution: { did: 'example', versionId: '9' } };

const source: OsvSource = {
  bucket: 'Example Linux',
  updater: 'example-osv-updater',
  version: 3,
  serves: (asked) => asked === 'example:9',
  namespaceOf: (ecosystem) => (ecosystem === 'Example Linux:9' ? namespace : undefined),
};

const entry = (name: string, fixed: string, ecosystem = 'Example Linux:9'): unknown => ({
  package: { ecosystem, name },
  ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
});

async function* body(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}

async function parse(
  records: Readonly<Record<string, unknown>>,
  from = source,
): Promise<{ advisories: readonly Advisory[]; said: readonly Diagnostic[] }> {
  const said: Diagnostic[] = [];
  const files = Object.entries(records).map(([name, record]) => ({
    name: `${name}.json`,
    content: typeof record === 'string' ? record : JSON.stringify({ id: name, ...(record as object) }),
  }));
  const advisories = await collect(parseOsvZip(body(writeZip(files)), from, { onDiagnostic: (each) => said.push(each) }));
  return { advisories, said };
}

describe('parseOsvZip', () => {
  it('gives an advisory for each CVE of a record', async () => {
    const record = {
      upstream: ['CVE-2024-1', 'CVE-2024-10001', 'CVE-2024-10002', 'RHSA-2024:1'],
      summary: 'short',
      details: 'long',
      published: '2024-01-02T00:00:00Z',
      references: [{ type: 'ADVISORY', url: 'https://example.test/1' }, { url: 'https://example.test/1' }],
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' }],
      affected: [entry('a', '1.0-1'), entry('a', '1.0-1'), entry('b', '2.0-1'), entry('c', '1', 'Example Linux:8')],
    };
    const { advisories, said } = await parse({ 'EXSA-2024:1': record });
    expect(said).toEqual([]);
    expect(advisories.map(({ name }) => name)).toEqual(['CVE-2024-10001', 'CVE-2024-10002']);
    expect(advisories[0]).toEqual({
      part: 'EXSA-2024:1',
      name: 'CVE-2024-10001',
      aliases: ['EXSA-2024:1'],
      description: 'long',
      links: ['https://example.test/1'],
      issued: '2024-01-02T00:00:00Z',
      severity: 'CVSS:3.1/AV:N',
      normalizedSeverity: 'Unknown',
      url: 'https://osv-vulnerabilities.storage.googleapis.com/Example%20Linux/EXSA-2024%3A1.json',
      rows: [
        ['a', '1.0-1', '/affected/0'],
        ['b', '2.0-1', '/affected/2'],
      ].map(([name, fixed, pointer]) => ({
        namespace,
        package: { name, kind: 'binary', module: '', arch: '', archOperation: '' },
        range: { fixed },
        status: 'affected',
        fixState: 'fixed',
        severity: 'CVSS:3.1/AV:N',
        normalizedSeverity: 'Unknown',
        pointer,
      })),
    });
  });

  it('counts each record that gives nothing by its reason', async () => {
    const ok = { affected: [entry('a', '1')] };
    const { advisories, said } = await parse({
      used: ok,
      withdrawn: { ...ok, withdrawn: '2024-01-01T00:00:00Z' },
      empty: { affected: [] },
      elsewhere: { affected: [entry('a', '1', 'Elsewhere:1')] },
      git: { affected: [{ ranges: [{ type: 'GIT', repo: 'x', events: [{ introduced: 'a' }] }] }] },
      nothing: { affected: [{ package: { ecosystem: 'Example Linux:9', name: 'a' } }] },
      broken: '{"id":',
      array: '[]',
      partly: { affected: [entry('a', '1'), { package: { ecosystem: 'Example Linux:9', name: 'b' } }] },
    });
    expect(advisories.map(({ name }) => name)).toEqual(['used', 'partly']);
    expect(said.map(({ code, data }) => [code, data['of'], data['reason'], data['records']])).toEqual([
      ['FEED_RECORD_UNUSED', 'records', 'withdrawn', 1],
      ['FEED_RECORD_UNUSED', 'records', 'no-affected', 1],
      ['FEED_RECORD_UNUSED', 'records', 'other-ecosystem', 1],
      ['FEED_RECORD_UNUSED', 'records', 'git-only', 1],
      ['FEED_RECORD_UNUSED', 'records', 'no-versions', 1],
      ['FEED_RECORD_SKIPPED', 'records', 'malformed', 2],
      ['FEED_RECORD_UNUSED', 'entries of records', 'no-versions', 1],
    ]);
  });

  it('says not affected where a record says never', async () => {
    const { advisories } = await parse({ 'CVE-2020-0001': { affected: [entry('a', '0')] } });
    expect(advisories[0]?.rows).toMatchObject([{ status: 'not_affected', range: {} }]);
  });

  it('takes the word of the database before a vector', async () => {
    const { advisories } = await parse({
      'X-1': {
        affected: [entry('a', '1')],
        database_specific: { severity: 'MODERATE' },
        severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/x' }],
      },
    });
    expect(advisories[0]).toMatchObject({ severity: 'MODERATE', normalizedSeverity: 'Medium' });
    expect(severityOfWord('constructor')).toBe('Unknown');
  });

  it.each<[string, (whole: Uint8Array) => Uint8Array]>([
    ['cut', (whole) => whole.subarray(0, whole.length - 30)],
    ['no archive', () => new TextEncoder().encode('<html>not found</html>')],
    ['damaged inside', (whole) => Uint8Array.from(whole, (byte, at) => (at > 40 && at < 90 ? byte ^ 0xff : byte))],
  ])('refuses what is %s', async (_name, damage) => {
    const whole = writeZip([
      { name: 'X-1.json', content: JSON.stringify({ id: 'X-1', affected: [entry('a', '1')], details: 'x'.repeat(500) }) },
    ]);
    await expect(collect(parseOsvZip(body(damage(whole)), source))).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
  });
});

describe('names of an advisory', () => {
  it.each([
    [{ id: 'CVE-2020-0001', aliases: ['GHSA-x'] }, ['CVE-2020-0001'], ['GHSA-x']],
    [{ id: 'DEBIAN-CVE-2020-0001', upstream: ['CVE-2020-0001'] }, ['CVE-2020-0001'], ['DEBIAN-CVE-2020-0001']],
    [{ id: 'RLSA-2020:1', related: ['CVE-2020-0001', 'CVE-2020-0002'] }, ['CVE-2020-0001', 'CVE-2020-0002'], ['RLSA-2020:1']],
    [{ id: 'X-1', upstream: ['CVE-2020-0001'], related: ['CVE-2020-0002'] }, ['CVE-2020-0001'], ['X-1']],
    [{ id: 'X-1', related: ['GHSA-x'] }, ['X-1'], []],
  ])('of %j are %j', (given, names, aliases) => {
    const record = { upstream: [], related: [], aliases: [], ...given };
    const whole = {
      modified: '',
      published: '',
      withdrawn: '',
      summary: '',
      details: '',
      severity: [],
      references: [],
      affected: [],
      databaseSpecific: undefined,
    };
    expect(namesOfAdvisory({ ...whole, ...record })).toEqual({ names, aliases });
  });
});

describe('a set of OSV sources', () => {
  const set = createOsvUpdaterSet('osv', [source]);

  it('names its updaters without asking anybody', async () => {
    expect([set.serves('example:9'), set.serves('example:8')]).toEqual([true, false]);
    expect([set.expected('example:9'), set.expected('example:8')]).toEqual([['example-osv-updater'], []]);
    expect([set.versionOf?.('example-osv-updater'), set.versionOf?.('other')]).toEqual([3, undefined]);
    const client = { get: () => expect.fail(), exists: () => expect.fail() };
    expect((await set.discover({ client, namespaces: ['example:8'] })).length).toBe(0);
    expect((await set.discover({ client })).map(({ name }) => name)).toEqual(['example-osv-updater']);
  });
});
