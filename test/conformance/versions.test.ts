import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compareKeys, versionSchemes, type VersionScheme } from '../../src/versions/index.ts';
import { hasSharedVersions, readCorpus, sharedVersions, type CorpusLine } from './versions-corpus.ts';

/** What a scheme makes of a corpus. */
interface Outcome {
  readonly right: number;
  /** Lines where compare or key, in one direction or the other, is not what the line says. */
  readonly wrong: readonly string[];
  readonly unparsable: readonly string[];
}

function judge(scheme: VersionScheme, corpus: readonly CorpusLine[]): Outcome {
  const wrong: string[] = [];
  const unparsable = new Set<string>();
  let right = 0;
  for (const line of corpus) {
    const a = scheme.parse(line.a);
    const b = scheme.parse(line.b);
    if (!a.ok) unparsable.add(line.a);
    if (!b.ok) unparsable.add(line.b);
    if (!a.ok || !b.ok) continue;
    const keyA = scheme.key(a.value);
    const keyB = scheme.key(b.value);
    const back = line.order === 0 ? 0 : -line.order;
    const holds =
      scheme.compare(a.value, b.value) === line.order &&
      scheme.compare(b.value, a.value) === back &&
      keyA !== undefined &&
      keyB !== undefined &&
      compareKeys(keyA, keyB) === line.order &&
      compareKeys(keyB, keyA) === back;
    if (holds) right += 1;
    else wrong.push(`${line.a} ${line.b} should be ${line.order}`);
  }
  return { right, wrong, unparsable: [...unparsable].sort() };
}

describe.each([...versionSchemes.values()])('version scheme $id', (scheme) => {
  it("orders the project's own corpus, by compare and by key, in both directions", () => {
    const path = fileURLToPath(new URL(`../../src/versions/${scheme.id}/fixtures/order.txt`, import.meta.url));
    const corpus = readCorpus(path);
    expect(corpus.length).toBeGreaterThan(60);
    expect(judge(scheme, corpus)).toEqual({ right: corpus.length, wrong: [], unparsable: [] });
  });
});

// Strings of the apk corpus that its scheme refuses, by the part that it stumbles over. Old test data of apk has them.
const apkUnparsable = [
  // no number at the start
  '.1',
  'a',
  'b',
  'c',
  // no number behind a dot
  '0...1...0',
  '0...1...0r1',
  '0...1...0r2',
  '0...1...1',
  '0..1..0',
  '0..1..1',
  '0..8',
  '0.8.21.r1',
  '0.8.21.r2',
  '10.2.22.r0',
  '10.2.24.r0',
  // not a letter, or more than one
  '1.2.0D',
  '1.0bc',
  // not a suffix
  '1.2_blah',
  '1.2_csv2',
  '23_foo',
  // not a revision, or more behind it
  '1-r-0',
  '1-r-1',
  '1-r0-1',
  '1-r0-2',
  '1-r0-ruff1',
  '1-r0-ruff2',
  '1-ruff',
  '1-ruff1',
  '1-ruff2',
];

const shared = [
  { id: 'apk', lines: 8000, unparsable: apkUnparsable },
  { id: 'deb', lines: 7900, unparsable: [] },
  { id: 'rpm', lines: 2200, unparsable: [] },
];

// Skipped where the shared corpora are not beside the checkout: they are other projects' data and not part of it.
describe.skipIf(!hasSharedVersions).each(shared)('shared corpus of $id (skipped without ../shared)', ({ id, lines, unparsable }) => {
  it('is ordered right, line by line, by compare and by key, in both directions', () => {
    const scheme = versionSchemes.get(id) ?? expect.fail(`no scheme ${id}`);
    const corpus = readCorpus(`${sharedVersions}${id}.txt`);
    expect(corpus.length).toBeGreaterThan(lines);
    const outcome = judge(scheme, corpus);
    expect(outcome.wrong).toEqual([]);
    expect(outcome.unparsable).toEqual([...unparsable].sort());
    expect(outcome.right).toBeGreaterThan(lines);
  });
});
