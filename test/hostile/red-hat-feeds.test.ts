import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Advisory } from '../../src/contracts/index.ts';
import { ClaircoreError } from '../../src/core/index.ts';
import { oracleProfile } from '../../src/ecosystems/distro/oracle/advisory.ts';
import { parseVexArchive } from '../../src/ecosystems/distro/rhel/advisory.ts';
import { parseStreams } from '../../src/ecosystems/distro/rhel/oval-advisory.ts';
import { parseOval } from '../../src/families/index.ts';
import { tarEnd, tarEntry } from '../../src/formats/tar/index.ts';
import { randomSource } from '../support/edge-cases.ts';
import { feedBombs } from '../support/feed-bombs.ts';
import { toOvalDocument } from '../support/rhel-oval-documents.ts';
import { projectPath } from '../support/shared-data.ts';
import { toVexDocument, type HydraCve } from '../support/vex-documents.ts';

const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const cases = isFull ? 100_000 : 200;

const release = 'cpe:/o:redhat:enterprise_linux:8';
const cve: HydraCve = {
  name: 'CVE-2024-0001',
  threat_severity: 'Moderate',
  public_date: '2024-01-01T00:00:00Z',
  affected_release: ['a-0:1-1.el8', 'b-2:1.2-3.el8'].map((nevr) => ({ advisory: 'RHSA-2024:0001', cpe: release, package: nevr })),
  package_state: ['Affected', 'Not affected', 'Under investigation'].map((state) => ({
    cpe: release,
    package_name: `c-${state.length}`,
    fix_state: state,
  })),
};
const encoder = new TextEncoder();
const vex = encoder.encode(JSON.stringify(toVexDocument(cve)));
const oval = encoder.encode(toOvalDocument([cve], '8'));

async function* whole(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function* archiveOf(document: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* tarEntry({ path: '2024/cve-2024-0001.json', type: 'file', size: document.length }, [document]);
  yield tarEnd();
}

const parsers = {
  'a VEX document': (bytes: Uint8Array) => ({ sample: vex, parse: () => parseVexArchive(archiveOf(bytes), 'u') }),
  'OVAL of Red Hat': (bytes: Uint8Array) => ({ sample: oval, parse: () => parseStreams(whole(bytes), { updater: 'u', major: '8' }) }),
  'OVAL of Oracle': (bytes: Uint8Array) => ({
    sample: oval,
    parse: () => parseOval(whole(bytes), { updater: 'u', profile: oracleProfile('https://example.test/') }),
  }),
} as const;

/** A part of it cut out, doubled, put elsewhere, or bytes turned over; words of another make put in. */
function mutate(sample: Uint8Array, next: () => number): Uint8Array {
  const [from, length, to] = [next() % sample.length, 1 + (next() % 200), next() % sample.length];
  const part = sample.subarray(from, from + length);
  const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
  const odd = ['__proto__', '<criteria operator="OR">', '</criteria>', '{', ']', '"', '&#x110000;', '\u0000', '1'.repeat(400), '-'];
  switch (next() % 6) {
    case 0:
      return sample.slice(0, from);
    case 1:
      return joined(sample.subarray(0, from), sample.subarray(from + length));
    case 2:
      return joined(sample.subarray(0, to), part, sample.subarray(to));
    case 3:
      return joined(sample.subarray(0, from), encoder.encode(odd[next() % odd.length]), sample.subarray(from));
    default: {
      const flipped = sample.slice();
      for (let flips = 1 + (next() % 4); flips > 0; flips -= 1) flipped[next() % flipped.length] = next() & 0xff;
      return flipped;
    }
  }
}

async function outcomeOf(advisories: AsyncIterable<Advisory>): Promise<string> {
  try {
    for await (const { name, rows } of advisories)
      if (typeof name !== 'string' || rows.length === 0) return 'an advisory that says nothing';
    return 'read';
  } catch (error) {
    return error instanceof ClaircoreError ? (error as ClaircoreError).code : String(error);
  }
}

describe('damage to', () => {
  it.each(Object.entries(parsers))('%s: is read as far as it goes or refused with a code', { timeout: 600_000 }, async (_, open) => {
    const next = randomSource(11);
    const outcomes = new Map<string, number>();
    let slowest = 0;
    const { sample } = open(new Uint8Array());
    for (let turn = 0; turn < cases; turn += 1) {
      const before = performance.now();
      const outcome = await outcomeOf(open(mutate(sample, next)).parse());
      slowest = Math.max(slowest, performance.now() - before);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    const known = new Set(['read', 'FEED_MALFORMED', 'FEED_TRUNCATED', 'LIMIT_READ']);
    expect([...outcomes.keys()].filter((outcome) => !known.has(outcome))).toEqual([]);
    expect(outcomes.get('read')).toBeGreaterThan(0);
    expect(slowest).toBeLessThan(5000);
  });
});

describe('a document made to take all memory or time', () => {
  // In a process of its own with a small heap: one that grew without end would die of it.
  it.skipIf(!isFull).each(Object.entries(feedBombs))('%s', { timeout: 120_000 }, (name, { outcome }) => {
    const script = projectPath('test/support/run-feed-bomb.ts');
    const before = performance.now();
    const told: unknown = JSON.parse(execFileSync(process.execPath, ['--max-old-space-size=320', script, name], { encoding: 'utf8' }));
    expect(told).toMatchObject({ outcome });
    expect((told as { peak: number }).peak).toBeLessThan(512);
    expect(performance.now() - before).toBeLessThan(90_000);
  });
});
