import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Advisory, UpdaterSet } from '../../src/contracts/index.ts';
import { azurelinuxUpdaterSet } from '../../src/ecosystems/distro/azurelinux/updater.ts';
import { photonUpdaterSet } from '../../src/ecosystems/distro/photon/updater.ts';
import { collect, FakeFeedClient } from '../../src/testing/index.ts';
import { missingSamples, nativeSample, unpackSamples } from '../support/native-samples.ts';
import { runPython } from '../support/python.ts';
import { materialiseFeeds, missing, scratchDirectory } from '../support/shared-data.ts';

interface Counts {
  readonly advisories: number;
  readonly cves: number;
  /** Rows by what they say. */
  readonly rows: Readonly<Record<string, number>>;
}

async function parse(set: UpdaterSet, namespace: string, path: string): Promise<readonly Advisory[]> {
  const [updater = expect.fail(namespace)] = await set.discover({ client: new FakeFeedClient(), namespaces: [namespace] });
  return collect(updater.parse(createReadStream(path), { onDiagnostic: ({ code }) => expect.unreachable(code) }));
}

function countsOf(advisories: readonly Advisory[]): Counts {
  const rows: Record<string, number> = {};
  for (const { status, fixState } of advisories.flatMap((advisory) => advisory.rows)) {
    const said = status === 'affected' ? fixState : status;
    rows[said] = (rows[said] ?? 0) + 1;
  }
  return { advisories: advisories.length, cves: new Set(advisories.map(({ name }) => name)).size, rows };
}

// The document as a tree of python, its references followed: criteria → test → object and state. An advisory is a definition and CVE, a row
// one of its packages with an upper end.
const countOval = `
import sys, json, re, xml.etree.ElementTree as E
root = E.parse(sys.argv[1]).getroot()
local = lambda e: e.tag.split('}')[1]
by_id = {e.get('id'): e for e in root.iter() if e.get('id')}
def inner(e, name): return [k for k in e.iter() if local(k) == name]
def ref(e, name): return [by_id[k.get(name + '_ref')] for k in e if local(k) == name]
words = {'less than': 'fixed', 'less than or equal': 'not-fixed'}
total, cves, rows = 0, set(), {}
for d in inner(root, 'definition'):
    packages = {}
    for c in inner(d, 'criterion'):
        if re.search(r' is installed$| is signed with ', c.get('comment')): continue
        test = by_id[c.get('test_ref')]
        ends = [(k.get('operation'), re.sub(r'\\s', '', k.text)) for s in ref(test, 'state') for k in inner(s, 'evr')]
        name = inner(ref(test, 'object')[0], 'name')[0].text.strip()
        packages.setdefault(name, set()).update(e for e in ends if e[0] != 'greater than')
    named = {r.get('ref_id').split(':')[-1] for r in inner(d, 'reference') if r.get('source') == 'CVE'}
    total += len(named); cves |= named
    cleared = [p.text for p in inner(d, 'patchable')] == ['Not Applicable']
    for ends in packages.values():
        for operation, _ in ends:
            word = 'not_affected' if cleared else words[operation]
            rows[word] = rows.get(word, 0) + len(named)
print(json.dumps({'advisories': total, 'cves': len(cves), 'rows': rows}))`;

const skip = missing('data/materialise.py') ?? missingSamples;
const isFull = process.env['CLAIRCORE_FULL'] !== undefined;
const azure = 'raw.githubusercontent.com/microsoft/AzureLinuxVulnerabilityData/main';

describe.skipIf(skip !== undefined)(`whole OVAL, counted twice${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  const documents = [
    ['azurelinux:3.0', 'azurelinux-3.0', 2266],
    ['azurelinux:2.0', 'cbl-mariner-2.0', 2436],
    ['azurelinux:1.0', 'cbl-mariner-1.0', 2252],
  ] as const;

  it.skipIf(!isFull).each(documents)('%s (only in full runs)', { timeout: 60_000 }, async (namespace, file, definitions) => {
    using scratch = scratchDirectory();
    materialiseFeeds(scratch.path, 'raw.githubusercontent.com');
    const path = `${scratch.path}/${azure}/${file}-oval.xml`;
    expect(readFileSync(path, 'utf8').match(/<definition /g)).toHaveLength(definitions);
    const counts = countsOf(await parse(azurelinuxUpdaterSet, namespace, path));
    expect(counts).toEqual(runPython(countOval, path));
    // Each definition is of one CVE and one package.
    expect(counts.advisories).toBe(definitions);
  });

  it.skipIf(!isFull)('photon:3.0, as it was in 2020 (only in full runs)', { timeout: 60_000 }, async () => {
    using scratch = scratchDirectory();
    const path = `${scratch.path}/photon3.xml`;
    writeFileSync(path, nativeSample('claircore/photon/testdata/com.vmware.phsa-photon3.xml'));
    const counts = countsOf(await parse(photonUpdaterSet, 'photon:3.0', path));
    expect(counts).toEqual(runPython(countOval, path));
    expect(counts.rows['fixed']).toBeGreaterThan(2000);
  });

  it('samples in the bytes of their vendors', async () => {
    using scratch = scratchDirectory();
    const samples = unpackSamples(scratch.path, 'microsoft/azure/oval', 'photon/oval');
    execFileSync('tar', ['xzf', `${samples}/microsoft/azure/oval/happy/main.tar.gz`, '-C', scratch.path]);
    const plain = (path: string): string => {
      const bytes = readFileSync(path);
      const unpacked = `${scratch.path}/unpacked.xml`;
      writeFileSync(unpacked, path.endsWith('.gz') ? gunzipSync(bytes) : bytes);
      return unpacked;
    };
    const cases = [
      [photonUpdaterSet, 'photon:1.0', `${samples}/photon/oval/happy/com.vmware.phsa-photon1.xml.gz`],
      [photonUpdaterSet, 'photon:5.0', `${samples}/photon/oval/happy/com.vmware.phsa-photon5.xml.gz`],
      [azurelinuxUpdaterSet, 'azurelinux:2.0', `${scratch.path}/AzureLinuxVulnerabilityData-main/cbl-mariner-2.0-oval.xml`],
      [azurelinuxUpdaterSet, 'azurelinux:3.0', `${scratch.path}/AzureLinuxVulnerabilityData-main/azurelinux-3.0-oval.xml`],
    ] as const;
    for (const [set, namespace, path] of cases) {
      const counts = countsOf(await parse(set, namespace, path));
      expect(counts.advisories).toBeGreaterThan(0);
      expect({ namespace, ...counts }).toEqual({ namespace, ...(runPython(countOval, plain(path)) as Counts) });
    }
  });
});
