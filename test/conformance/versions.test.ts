import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compareKeys, versionSchemes, type VersionScheme } from '../../src/versions/index.ts';
import { hasSharedVersions, readCorpus, sharedVersions, type CorpusLine } from './versions-corpus.ts';

/** What a scheme makes of a corpus. */
interface Outcome {
  /** Lines that hold by compare and, where both sides have a key, by key. */
  readonly right: number;
  /** Those of them where a side has no key. */
  readonly withoutKey: number;
  /** Lines where compare or key, in one direction or the other, is not what the line says. */
  readonly wrong: readonly string[];
  readonly unparsable: readonly string[];
}

function judge(scheme: VersionScheme, corpus: readonly CorpusLine[]): Outcome {
  const wrong: string[] = [];
  const unparsable = new Set<string>();
  let right = 0;
  let withoutKey = 0;
  for (const line of corpus) {
    const a = scheme.parse(line.a);
    const b = scheme.parse(line.b);
    if (!a.ok) unparsable.add(line.a);
    if (!b.ok) unparsable.add(line.b);
    if (!a.ok || !b.ok) continue;
    const keyA = scheme.key(a.value);
    const keyB = scheme.key(b.value);
    const back = line.order === 0 ? 0 : -line.order;
    const hasKeys = keyA !== undefined && keyB !== undefined;
    const holds =
      scheme.compare(a.value, b.value) === line.order &&
      scheme.compare(b.value, a.value) === back &&
      (!hasKeys || (compareKeys(keyA, keyB) === line.order && compareKeys(keyB, keyA) === back));
    if (!holds) {
      wrong.push(`${line.a} ${line.b} should be ${line.order}`);
      continue;
    }
    right += 1;
    if (!hasKeys) withoutKey += 1;
  }
  return { right, withoutKey, wrong, unparsable: [...unparsable].sort() };
}

describe.each([...versionSchemes.values()])('version scheme $id', (scheme) => {
  it("orders the project's own corpus, by compare and by key, in both directions", () => {
    const path = fileURLToPath(new URL(`../../src/versions/${scheme.id}/fixtures/order.txt`, import.meta.url));
    const corpus = readCorpus(path);
    expect(corpus.length).toBeGreaterThan(60);
    const { withoutKey, ...outcome } = judge(scheme, corpus);
    expect(outcome).toEqual({ right: corpus.length, wrong: [], unparsable: [] });
    // versions without a key are in these orders for good reason, but most of an order is about keys
    expect(withoutKey).toBeLessThan(scheme.id === 'maven' || scheme.id === 'packagist' ? 25 : 1);
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

// Strings of the pep440 corpus from before PEP 440; the same that Python's own library refuses.
const pep440Unparsable = [
  '-class.-jw.util.version.Version-',
  '-class.-jw.util.version.version-pre',
  '0.0.1-test1',
  '0.1-bulbasaur',
  '0.1-charmander',
  '0.3.1-p1',
  '0.3m2',
  '0.3m3',
  '0.3m5',
  '0.4.0-p1',
  '0.4m1',
  '0.4m4',
  '0.4m5',
  '0.5m1',
  '0.5m2',
  '0.5m3',
  '0.5m4',
  '0.5m5',
  '0.6m1',
  '0.6m2',
  '0.6m3',
  '0.6m4',
  '0.6m5',
  '0.6m6',
  '0.7.10p1',
  '0.7.11p1',
  '0.7.11p2',
  '0.7.4.svn.r2010',
  '0.8.4p1',
  '0.8.4p2',
  '0.8.7p1',
  '0.9-doduo',
  '0.9-eevee',
  '0.9-fearow',
  '0.9-gyarados',
  '0.9-horsea',
  '0.9-ivysaur',
  '1.0beta6.1',
  '1.3.1-STAGING',
  '2.0.0-final',
  '2.0.1rc2-git',
  '2013-02-01T20:50:46+0100',
  '2013-02-02T19:59:03+0100',
  '2013-02-08T17:40:57+0000',
  '2013-03-27T16:32:26+0100',
  '2013-05-09T12:47:53+0200',
  '2013-05-10T17:55:56+0200',
  '2013-05-14T20:16:05+0200',
  '2013-06-01T10:32:51+0200',
  '2013-07-19T09:11:08+0000',
  '2013-09-11T19-27-10',
  '2013-12-23T17-51-15',
  '2014-01-12T15-52-10',
  '4.11-final',
  '5.0-final',
  'a3',
];

// Every line of each: how many hold, and how many of them by comparing alone.
const shared = [
  { id: 'apk', right: 8126, withoutKey: 0, unparsable: apkUnparsable },
  { id: 'composer', right: 5937, withoutKey: 3, unparsable: [] },
  { id: 'deb', right: 7934, withoutKey: 0, unparsable: [] },
  { id: 'gem', right: 2245, withoutKey: 0, unparsable: [] },
  { id: 'maven', right: 8161, withoutKey: 633, unparsable: [] },
  { id: 'nuget', right: 17, withoutKey: 0, unparsable: [] },
  { id: 'pep440', right: 6747, withoutKey: 0, unparsable: pep440Unparsable },
  { id: 'rpm', right: 2498, withoutKey: 0, unparsable: [] },
  { id: 'semver', right: 42, withoutKey: 0, unparsable: [] },
];

// Skipped where the shared corpora are not beside the checkout: they are other projects' data and not part of it.
describe.skipIf(!hasSharedVersions).each(shared)('shared corpus of $id (skipped without ../shared)', ({ id, ...wanted }) => {
  it('is ordered right, line by line, by compare and by key, in both directions', () => {
    const scheme = versionSchemes.get(id) ?? expect.fail(`no scheme ${id}`);
    expect(judge(scheme, readCorpus(`${sharedVersions}${id}.txt`))).toEqual({
      ...wanted,
      wrong: [],
      unparsable: wanted.unparsable.toSorted(),
    });
  });
});
