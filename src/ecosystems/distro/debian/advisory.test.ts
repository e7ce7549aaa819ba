import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Advisory, AdvisoryRow } from '../../../contracts/index.ts';
import type { Diagnostic } from '../../../core/index.ts';
import { collect } from '../../../testing/collect.ts';
import { parseTracker } from './advisory.ts';

const fixture = readFileSync(new URL('fixtures/tracker.json', import.meta.url), 'utf8').trim();

async function* body(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function parse(text: string, onDiagnostic?: (diagnostic: Diagnostic) => void): Promise<readonly Advisory[]> {
  const options = onDiagnostic ? { onDiagnostic } : {};
  return collect(parseTracker(body(new TextEncoder().encode(text)), 'debian-updater', options));
}

async function rowOf(state: unknown): Promise<AdvisoryRow | undefined> {
  const [advisory] = await parse(JSON.stringify({ demo: { 'CVE-2020-0001': { releases: { bookworm: state } } } }));
  return advisory?.rows[0];
}

describe('parseTracker', () => {
  it('gives an advisory a source package and id, with a row a release', async () => {
    const advisories = await parse(fixture);
    expect(advisories.map(({ part, name }) => `${part} ${name}`)).toEqual([
      '389-ds-base CVE-2012-0833',
      '389-ds-base CVE-2016-5416',
      'abcm2ps CVE-2021-32434',
      'chromium CVE-2024-0805',
      'wordpress TEMP-0000000-0CA7E3',
    ]);
    expect(advisories[1]).toEqual({
      part: '389-ds-base',
      name: 'CVE-2016-5416',
      aliases: [],
      description: 'default access control instructions can be read remotely',
      links: ['https://security-tracker.debian.org/tracker/CVE-2016-5416', 'https://bugs.debian.org/834233'],
      issued: '',
      severity: '',
      normalizedSeverity: 'Unknown',
      url: 'https://security-tracker.debian.org/tracker/data/json',
      rows: [
        {
          namespace: { key: 'debian:11', scheme: 'deb', distribution: { did: 'debian', versionId: '11', versionCodeName: 'bullseye' } },
          package: { name: '389-ds-base', kind: 'source', module: '', arch: '', archOperation: '' },
          range: {},
          status: 'affected',
          fixState: 'will-not-fix',
          severity: 'not yet assigned',
          normalizedSeverity: 'Unknown',
          pointer: '/389-ds-base/CVE-2016-5416/releases/bullseye',
        },
        {
          namespace: { key: 'debian:sid', scheme: 'deb', distribution: { did: 'debian', versionId: 'sid', versionCodeName: 'sid' } },
          package: { name: '389-ds-base', kind: 'source', module: '', arch: '', archOperation: '' },
          range: {},
          status: 'affected',
          fixState: 'not-fixed',
          severity: 'not yet assigned',
          normalizedSeverity: 'Unknown',
          pointer: '/389-ds-base/CVE-2016-5416/releases/sid',
        },
      ],
    });
  });

  it.each([
    [{ status: 'resolved', fixed_version: '1.0-1~deb12u1' }, 'affected', 'fixed', { fixed: '1.0-1~deb12u1' }],
    [{ status: 'resolved', fixed_version: '0' }, 'not_affected', 'unknown', {}],
    [{ status: 'resolved' }, 'undetermined', 'under-investigation', {}],
    [{ status: 'resolved', fixed_version: '' }, 'undetermined', 'under-investigation', {}],
    [{ status: 'open' }, 'affected', 'not-fixed', {}],
    [{ status: 'open', nodsa: 'Minor issue', nodsa_reason: '' }, 'affected', 'deferred', {}],
    [{ status: 'open', nodsa: 'Minor issue' }, 'affected', 'deferred', {}],
    [{ status: 'open', nodsa: 'Minor issue', nodsa_reason: 'postponed' }, 'affected', 'deferred', {}],
    [{ status: 'open', nodsa: 'Minor issue', nodsa_reason: 'ignored' }, 'affected', 'will-not-fix', {}],
    [{ status: 'open', urgency: 'end-of-life' }, 'affected', 'end-of-life', {}],
    [{ status: 'open', urgency: 'end-of-life', nodsa: 'x', nodsa_reason: 'ignored' }, 'affected', 'end-of-life', {}],
    [{ status: 'undetermined' }, 'undetermined', 'under-investigation', {}],
    [{ status: 'something new', fixed_version: '1' }, 'undetermined', 'under-investigation', {}],
  ])('%j is %s, %s', async (state, status, fixState, range) => {
    expect(await rowOf(state)).toMatchObject({ status, fixState, range });
  });

  it.each([
    ['unimportant', 'Negligible'],
    ['low', 'Low'],
    ['low**', 'Low'],
    ['medium', 'Medium'],
    ['medium*', 'Medium'],
    ['high', 'High'],
    ['high**', 'High'],
    ['not yet assigned', 'Unknown'],
    ['end-of-life', 'Unknown'],
    ['', 'Unknown'],
    ['__proto__', 'Unknown'],
  ])('urgency %j is %s, and is kept', async (urgency, normalizedSeverity) => {
    expect(await rowOf({ status: 'open', urgency })).toMatchObject({ severity: urgency, normalizedSeverity });
  });

  it.each([
    ['jessie', 'debian:8'],
    ['buster', 'debian:10'],
    ['bookworm', 'debian:12'],
    ['trixie', 'debian:13'],
    ['forky', 'debian:14'],
    ['sid', 'debian:sid'],
    ['unheardof', 'debian:unheardof'],
  ])('%s is %s', async (codename, key) => {
    const [advisory] = await parse(JSON.stringify({ a: { 'CVE-2020-0001': { releases: { [codename]: { status: 'open' } } } } }));
    expect(advisory?.rows[0]?.namespace.key).toBe(key);
  });

  it('escapes names in pointers', async () => {
    const [advisory] = await parse(JSON.stringify({ 'a/b~c': { 'CVE-2020-0001': { releases: { sid: { status: 'open' } } } } }));
    expect(advisory?.rows[0]?.pointer).toBe('/a~1b~0c/CVE-2020-0001/releases/sid');
  });

  it('skips records that cannot be read, keeps the rest, and says how many', async () => {
    const said: Diagnostic[] = [];
    const ok = { releases: { sid: { status: 'open' } } };
    const odd = {
      a: null,
      b: [],
      '': { 'CVE-2020-0001': ok },
      c: {
        'CVE-2020-0001': null,
        'CVE-2020-0002': { releases: [] },
        '': ok,
        'CVE-2020-0003': { releases: { sid: null, bookworm: {}, '': ok } },
        'CVE-2020-0004': ok,
      },
    };
    const advisories = await parse(JSON.stringify(odd), (diagnostic) => said.push(diagnostic));
    expect(advisories.map(({ part, name }) => [part, name])).toEqual([['c', 'CVE-2020-0004']]);
    expect(said.map(({ code, data }) => [code, data])).toEqual([
      ['FEED_RECORD_SKIPPED', { updater: 'debian-updater', records: 9, first: '/a' }],
    ]);
  });

  it('is safe from names of Object.prototype', async () => {
    const text = '{"__proto__":{"constructor":{"releases":{"__proto__":{"status":"open"}}}}}';
    expect((await parse(text)).map(({ part, name, rows }) => [part, name, rows[0]?.namespace.key])).toEqual([
      ['__proto__', 'constructor', 'debian:__proto__'],
    ]);
    expect(({} as Record<string, unknown>)['status']).toBeUndefined();
  });

  it('fails at the end of a feed that is cut at any byte', async () => {
    for (let length = 0; length < fixture.length; length++) {
      await expect(parse(fixture.slice(0, length)), `first ${length}`).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
    }
  });
});
