import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AdvisoryRow } from '../../src/contracts/index.ts';
import { parseVexArchive } from '../../src/ecosystems/distro/rhel/advisory.ts';
import { tarEntry, tarEnd } from '../../src/formats/tar/index.ts';
import { collect } from '../../src/testing/collect.ts';

const folder = '../shared/conformance/vex';

async function rowsOf(name: string): Promise<readonly AdvisoryRow[]> {
  const bytes = readFileSync(`${folder}/${name}.json`);
  const path = `${name.slice(4, 8)}/${/^cve-\d+-\d+/.exec(name)?.[0]}.json`;
  async function* archive(): AsyncGenerator<Uint8Array> {
    yield* tarEntry({ path, type: 'file', size: bytes.length }, [bytes]);
    yield tarEnd();
  }
  const advisories = await collect(parseVexArchive(archive(), 'vex'));
  return advisories.flatMap(({ rows }) => rows);
}

describe.skipIf(!existsSync(folder))('VEX documents of Red Hat (skipped where ../shared is absent)', () => {
  it.each([
    ['cve-2023-38545', { rows: 265, fixed: 75, not_affected: 190 }],
    ['cve-2024-24786-simple', { rows: 1, fixed: 1, not_affected: 0 }],
    ['cve-2024-24786-bad-rpmmod', { rows: 2, fixed: 1, not_affected: 0 }],
    ['cve-2024-24786-illegal-module', { rows: 1, fixed: 0, not_affected: 0 }],
  ])('%s gives as many rows as the reference counts', async (name, expected) => {
    const rows = await rowsOf(name);
    const count = (is: (row: AdvisoryRow) => boolean): number => rows.filter(is).length;
    expect({
      rows: rows.length,
      fixed: count(({ range }) => range.fixed !== undefined),
      not_affected: count(({ status }) => status === 'not_affected'),
    }).toEqual(expected);
  });
});
