import { createReadStream } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ubuntuOsvSources } from '../../src/ecosystems/distro/ubuntu/osv-updater.ts';
import { parseOsvZip } from '../../src/families/osv/index.ts';
import { materialiseSlice } from '../support/osv-slice.ts';
import { runPython } from '../support/python.ts';
import { missing, scratchDirectory } from '../support/shared-data.ts';

/** Distinct (release, package, fix) of each record, for everybody and for who has Pro, by namespace. */
const countRows = `
import collections, json, re, sys, zipfile
everybody, pro = collections.Counter(), collections.Counter()
with zipfile.ZipFile(sys.argv[1]) as archive:
    for name in archive.namelist():
        record = json.loads(archive.read(name))
        entries = collections.defaultdict(lambda: {'free': set(), 'pro': set()})
        for entry in record['affected']:
            found = re.fullmatch(r'Ubuntu:(Pro:)?(\\d\\d\\.\\d\\d)(:LTS)?', entry['package']['ecosystem'])
            if not found: continue
            events = [event for part in entry['ranges'] for event in part['events']]
            fixed = [event['fixed'] for event in events if 'fixed' in event] or ['']
            entries[found[2], entry['package']['name']]['pro' if found[1] else 'free'].update(fixed)
        for (release, package), kinds in entries.items():
            everybody['ubuntu:' + release] += len(kinds['free']) or 1
            if release.endswith('.04') and int(release[:2]) % 2 == 0:
                pro['ubuntu-esm:' + release] += len(kinds['pro'] or kinds['free'])
print(json.dumps([everybody, pro]))
`;

const packed = 'data/ubuntu/osv-Ubuntu-derived.tar.zst';
const skip = process.env['CLAIRCORE_FULL'] === undefined ? 'only in full runs' : missing(packed);

describe.skipIf(skip !== undefined)('the whole of OSV’s records of Ubuntu (only in full runs)', () => {
  it('gives as many rows as python counts, for both audiences', { timeout: 600_000 }, async () => {
    using scratch = scratchDirectory();
    materialiseSlice(scratch.path, { packed, bucket: 'Ubuntu', naming: 'Ubuntu:' });
    const archive = `${scratch.path}/osv-vulnerabilities.storage.googleapis.com/Ubuntu/all.zip`;
    const counted: Record<string, number>[] = [];
    for (const source of ubuntuOsvSources) {
      const rows = new Map<string, number>();
      for await (const advisory of parseOsvZip(createReadStream(archive), source, { onDiagnostic: () => undefined })) {
        for (const { namespace } of advisory.rows) rows.set(namespace.key, (rows.get(namespace.key) ?? 0) + 1);
      }
      counted.push(Object.fromEntries(rows));
    }
    expect(counted).toEqual(runPython(countRows, archive));
    const total = counted.flatMap((each) => Object.values(each)).reduce((sum, each) => sum + each, 0);
    expect(total).toBeGreaterThan(400_000);
  });
});
