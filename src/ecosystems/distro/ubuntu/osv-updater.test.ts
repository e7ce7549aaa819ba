import { describe, expect, it } from 'vitest';
import type { Advisory } from '../../../contracts/index.ts';
import type { DiagnosticData } from '../../../core/index.ts';
import { parseOsvZip } from '../../../families/osv/index.ts';
import { collect, writeZip } from '../../../testing/index.ts';
import { ubuntuOsvSources, ubuntuOsvUpdaterSet } from './osv-updater.ts';

interface Entry {
  readonly ecosystem: string;
  readonly name: string;
  readonly fixed?: string;
}

const record = (id: string, ...entries: readonly Entry[]): string =>
  JSON.stringify({
    id,
    related: [id.replace('UBUNTU-', '')],
    affected: entries.map(({ ecosystem, name, fixed }) => ({
      package: { ecosystem: `Ubuntu:${ecosystem}`, name },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])] }],
      ecosystem_specific: { ubuntu_priority: 'high' },
    })),
  });

async function parse(
  content: string,
  source: (typeof ubuntuOsvSources)[number],
): Promise<{ advisories: readonly Advisory[]; said: readonly DiagnosticData[] }> {
  const said: DiagnosticData[] = [];
  async function* body(): AsyncGenerator<Uint8Array> {
    yield writeZip([{ name: 'a.json', content }]);
  }
  return { advisories: await collect(parseOsvZip(body(), source, { onDiagnostic: ({ data }) => said.push(data) })), said };
}

/** `namespace name fixed state`, for everybody and for who has Pro. */
async function rowsOf(content: string): Promise<readonly (readonly string[])[]> {
  const parsed = await Promise.all(ubuntuOsvSources.map((source) => parse(content, source)));
  return parsed.map(({ advisories }) =>
    advisories.flatMap(({ rows }) =>
      rows.map(({ namespace, package: { name, kind }, range, fixState }) =>
        [namespace.key, kind, name, range.fixed ?? '-', fixState].join(' '),
      ),
    ),
  );
}

describe('records of Ubuntu', () => {
  it.each<[string, readonly Entry[], readonly string[], readonly string[]]>([
    [
      'a fix for everybody is everybody’s',
      [{ ecosystem: '22.04:LTS', name: 'a', fixed: '1-2' }],
      ['ubuntu:22.04 source a 1-2 fixed'],
      ['ubuntu-esm:22.04 source a 1-2 fixed'],
    ],
    [
      'a fix of Pro alone is no fix for others',
      [{ ecosystem: 'Pro:16.04:LTS', name: 'a', fixed: '1-2~esm1' }],
      ['ubuntu:16.04 source a - not-fixed'],
      ['ubuntu-esm:16.04 source a 1-2~esm1 fixed'],
    ],
    [
      'so is one whose version does not show it',
      [{ ecosystem: 'Pro:16.04:LTS', name: 'linux', fixed: '4.4.0-264.298' }],
      ['ubuntu:16.04 source linux - not-fixed'],
      ['ubuntu-esm:16.04 source linux 4.4.0-264.298 fixed'],
    ],
    [
      'told twice, each has its own',
      [
        { ecosystem: 'Pro:22.04:LTS', name: 'a', fixed: '1-2~esm1' },
        { ecosystem: '22.04:LTS', name: 'a' },
        { ecosystem: '22.04:LTS', name: 'b', fixed: '3' },
        { ecosystem: '20.04:LTS', name: 'a', fixed: '0-9' },
      ],
      ['ubuntu:22.04 source a - not-fixed', 'ubuntu:22.04 source b 3 fixed', 'ubuntu:20.04 source a 0-9 fixed'],
      ['ubuntu-esm:22.04 source a 1-2~esm1 fixed', 'ubuntu-esm:22.04 source b 3 fixed', 'ubuntu-esm:20.04 source a 0-9 fixed'],
    ],
    [
      'what Pro has not fixed either',
      [{ ecosystem: 'Pro:18.04:LTS', name: 'a' }],
      ['ubuntu:18.04 source a - not-fixed'],
      ['ubuntu-esm:18.04 source a - not-fixed'],
    ],
    ['a release without Pro', [{ ecosystem: '23.10', name: 'a', fixed: '1' }], ['ubuntu:23.10 source a 1 fixed'], []],
    [
      'editions of other packages',
      [
        { ecosystem: 'Pro:FIPS:18.04:LTS', name: 'a', fixed: '1' },
        { ecosystem: 'Pro:Realtime:22.04:LTS', name: 'a', fixed: '1' },
      ],
      [],
      [],
    ],
  ])('%s', async (_name, entries, everybody, pro) => {
    expect(await rowsOf(record('UBUNTU-CVE-2024-0001', ...entries))).toEqual([everybody, pro]);
  });

  it('are named by the CVE, with Ubuntu’s priority', async () => {
    const { advisories } = await parse(
      record('UBUNTU-CVE-2024-0001', { ecosystem: '22.04:LTS', name: 'a', fixed: '1' }),
      ubuntuOsvSources[0],
    );
    expect(advisories).toMatchObject([{ name: 'CVE-2024-0001', aliases: ['UBUNTU-CVE-2024-0001'] }]);
    expect(advisories[0]?.rows).toMatchObject([{ severity: 'high', normalizedSeverity: 'High' }]);
  });

  it('leave out notices, which are collections', async () => {
    const { advisories, said } = await parse(record('USN-7095-1', { ecosystem: '22.04:LTS', name: 'a', fixed: '1' }), ubuntuOsvSources[0]);
    expect(advisories).toEqual([]);
    expect(said).toMatchObject([{ reason: 'collection', records: 1 }]);
  });
});

describe('the set', () => {
  it('asks only for what an image needs', () => {
    expect(ubuntuOsvUpdaterSet.expected('ubuntu:22.04')).toEqual(['ubuntu-osv-updater']);
    expect(ubuntuOsvUpdaterSet.expected('ubuntu-esm:22.04')).toEqual(['ubuntu-esm-osv-updater']);
    expect(ubuntuOsvUpdaterSet.expected('ubuntu-esm:22.10')).toEqual([]);
  });
});
