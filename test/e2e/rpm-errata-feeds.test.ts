import { createReadStream, existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Advisory, UpdaterSet } from '../../src/contracts/index.ts';
import type { Diagnostic } from '../../src/core/index.ts';
import { alpineOsvSource } from '../../src/ecosystems/distro/alpine/osv-updater.ts';
import { almaUpdaterSet } from '../../src/ecosystems/distro/alma/updater.ts';
import { amazonUpdaterSet } from '../../src/ecosystems/distro/amazon/updater.ts';
import { debianOsvSource } from '../../src/ecosystems/distro/debian/osv-updater.ts';
import { rockyErrataUpdaterSet } from '../../src/ecosystems/distro/rocky/errata-updater.ts';
import { rockyOsvSource } from '../../src/ecosystems/distro/rocky/osv-source.ts';
import { parseOsvZip, suseOsvSources, type OsvSource } from '../../src/families/osv/index.ts';
import { createFeedClient } from '../../src/runtime/index.ts';
import { FakeFeedClient } from '../../src/testing/index.ts';
import { materialiseOsv, osvArchive } from '../support/osv-bucket.ts';
import { runPython } from '../support/python.ts';
import { materialiseFeeds, missing, scratchDirectory } from '../support/shared-data.ts';

// Every count is made a second time by python over the same files, by rules that are written there once more.

interface Counts {
  readonly advisories: number;
  readonly rows: number;
}

async function count(advisories: AsyncIterable<Advisory>): Promise<Counts> {
  const counts = { advisories: 0, rows: 0 };
  for await (const { rows } of advisories) {
    counts.advisories += 1;
    counts.rows += rows.length;
  }
  return counts;
}

async function countFeed(set: UpdaterSet, namespace: string, feeds: string): Promise<Counts> {
  await using client = createFeedClient({ mirror: feeds });
  const [updater] = await set.discover({ client, namespaces: [namespace] });
  const fetched = await updater?.fetch(undefined, { client });
  return updater && fetched?.kind === 'changed' ? count(updater.parse(fetched.body)) : expect.fail('no feed');
}

// Doubles and the lowest of several builds, as advisories are told of: (advisory, CVE) and, of those, distinct (name, module, version).
const distinct = `
def tell(advisories):
    import json
    total = rows = 0
    for cves, builds in advisories:
        lowest = {}
        for name, module, arch, evr in builds:
            if arch == 'src': continue
            key = (name, module, arch)
            lowest.setdefault(key, set()).add(evr)
        if not lowest: continue
        kept = {(n, m, min(v, key=ORDER)) for (n, m, a), v in lowest.items()}
        total += max(1, len(cves)); rows += max(1, len(cves)) * len(kept)
    print(json.dumps({'advisories': total, 'rows': rows}))
import functools, re
def parts(t): return re.findall(r'\\d+|[a-zA-Z]+|[~^]', t)
def seg(a, b):
    a, b = parts(a), parts(b)
    for x, y in zip(a, b):
        if x == y: continue
        if x.isdigit() and y.isdigit():
            if int(x) != int(y): return -1 if int(x) < int(y) else 1
            continue
        if x.isdigit() != y.isdigit(): return 1 if x.isdigit() else -1
        return -1 if x < y else 1
    return (len(a) > len(b)) - (len(a) < len(b))
def order(a, b):
    return (int(a[0]) > int(b[0])) - (int(a[0]) < int(b[0])) or seg(a[1], b[1]) or seg(a[2], b[2])
ORDER = functools.cmp_to_key(order)
`;

const amazonCount = `${distinct}
import sys, glob, gzip, xml.etree.ElementTree as E
def read():
    for path in sorted(glob.glob(sys.argv[1], recursive=True)):
        for u in E.fromstring(gzip.open(path).read()).iter('update'):
            cves = {r.get('id') for r in u.iter('reference') if r.get('type') == 'cve'}
            yield cves, [(p.get('name'), '', p.get('arch'), (p.get('epoch'), p.get('version'), p.get('release'))) for p in u.iter('package')]
tell(read())`;

// Errata as Rocky's old API gave them, which names no modules.
const rockyErrata = `
import sys, json, re
nevra = re.compile(r'^(.*)-(\\d+):([^-]+)-([^-]+)\\.([^.]+)\\.rpm$')
advisories = json.load(open(sys.argv[1]))['advisories']`;

const rockyCount = `${rockyErrata}${distinct}
def read():
    for a in advisories:
        for product, rpms in a['rpms'].items():
            if not re.match(r'Rocky Linux \\d+$', product): continue
            found = [nevra.match(n).groups() for n in rpms['nvras']]
            yield {c['name'] for c in a['cves']}, [(n, '', arch, (e, v, r)) for n, e, v, r, arch in found]
tell(read())`;

// The same errata in the pages of the API of today.
const rockyPages = `${rockyErrata}
def today(a):
    return {'name': a['name'], 'kind': 'Security', 'severity': a['severity'].split('_')[1].title(), 'published_at': a['publishedAt'],
        'cves': [{'cve': c['name']} for c in a['cves']],
        'packages': [{'nevra': n, 'product_name': p + ' x86_64', 'module_name': None, 'module_stream': None} for p, r in a['rpms'].items() for n in r['nvras']]}
pages = [advisories[at:at + 100] for at in range(0, len(advisories), 100)]
print(json.dumps([{'advisories': [today(a) for a in page], 'total': len(advisories), 'page': n + 1, 'last_updated_at': 'today',
    'links': {'next': f'/api/v3/advisories/?page={n + 2}&size=100' if n + 1 < len(pages) else None}} for n, page in enumerate(pages)]))`;

const almaCount = `${distinct}
import sys, json as J
def read():
    for e in J.load(open(sys.argv[1]))['data']:
        cves = {r['id'] for r in e['references'] if r['type'] == 'cve'}
        yield cves, [(p['name'], ':'.join(p.get('module', '').split(':')[:2]), p['arch'], (p['epoch'], p['version'], p['release'])) for p in e['packages']]
tell(read())`;

// Records that give rows, and the rest; rows are distinct (ecosystem, package, fix or last affected) times CVEs.
const osvCount = `
import sys, json, re, zipfile
archive, wanted, named, binaries, modular = zipfile.ZipFile(sys.argv[1]), re.compile(sys.argv[2]), re.compile(sys.argv[3]), sys.argv[4] == 'binaries', sys.argv[5] == 'modular'
used = unused = rows = 0
for name in archive.namelist():
    r = json.loads(archive.read(name))
    said = set()
    for a in (r.get('affected') or []) if named.match(r['id']) else []:
        eco = (a.get('package') or {}).get('ecosystem', '')
        if not wanted.match(eco): continue
        for g in a.get('ranges') or []:
            if g['type'] == 'GIT': continue
            ends = tuple(v for e in g['events'] for k, v in e.items() if k != 'introduced')
            lists = (a.get('ecosystem_specific') or {}).get('binaries') or []
            subjects = (binaries and [(n, (v,)) for l in lists for n, v in l.items()]) or [(a['package']['name'], ends)]
            streams = re.findall(r'(?<!\\S)[\\w.+-]+:[\\w.+-]+(?=[\\s,]|$)', r.get('summary', '')) if modular and '.module+el' in str(ends) else ['']
            said |= {(eco, s, m) for s in subjects for m in streams}
    cves = [r['id']] if re.match(r'CVE-', r['id']) else {c for c in r.get('related') or [] if re.match(r'CVE-\\d{4}-\\d{4,}$', c)} or [r['id']]
    if said: used += 1; rows += len(cves) * len(said)
    else: unused += 1
print(json.dumps({'used': used, 'unused': unused, 'rows': rows}))`;

const skip = missing('data/materialise.py');
const said = skip === undefined ? '' : ` (skipped: ${skip})`;
const isFull = process.env['CLAIRCORE_FULL'] !== undefined;

describe.skipIf(skip !== undefined)(`the whole of real feeds, counted twice${said}`, () => {
  it.skipIf(!isFull)(
    'Amazon Linux 1, 2 with its extras, 2022 and 2023 with live patches (only in full runs)',
    { timeout: 300_000 },
    async () => {
      using scratch = scratchDirectory();
      const feeds = scratch.path;
      materialiseFeeds(feeds, 'cdn.amazonlinux.com');
      const patterns = {
        'amazon:1': 'repo.us-west-2.amazonaws.com/2018.03/**/updateinfo.xml.gz',
        'amazon:2': 'cdn.amazonlinux.com/2/**/updateinfo.xml.gz',
        'amazon:2022': 'cdn.amazonlinux.com/al2022/**/updateinfo.xml.gz',
        'amazon:2023': 'cdn.amazonlinux.com/al2023/**/updateinfo.xml.gz',
      };
      for (const [namespace, pattern] of Object.entries(patterns)) {
        const counted = await countFeed(amazonUpdaterSet, namespace, feeds);
        expect(counted.rows).toBeGreaterThan(namespace === 'amazon:2022' ? 5000 : 30_000);
        expect({ namespace, ...counted }).toEqual({ namespace, ...(runPython(amazonCount, `${feeds}/${pattern}`) as Counts) });
      }
    },
  );

  it.skipIf(!isFull)('AlmaLinux (only in full runs)', { timeout: 120_000 }, async () => {
    using scratch = scratchDirectory();
    materialiseFeeds(scratch.path, 'errata.almalinux.org');
    for (const release of ['8', '9']) {
      const counted = await countFeed(almaUpdaterSet, `alma:${release}`, scratch.path);
      expect(counted).toEqual(runPython(almaCount, `${scratch.path}/errata.almalinux.org/${release}/errata.full.json`));
    }
  });

  it.skipIf(!isFull)('errata of Rocky Linux, in the form of today (only in full runs)', { timeout: 120_000 }, async () => {
    using scratch = scratchDirectory();
    materialiseFeeds(scratch.path, 'apollo.build.resf.org');
    const path = `${scratch.path}/apollo.build.resf.org/api/v2/advisories.json`;
    const client = new FakeFeedClient();
    for (const [index, page] of (runPython(rockyPages, path) as readonly object[]).entries()) {
      client.set(`https://apollo.build.resf.org/api/v3/advisories/?page=${index + 1}&size=100`, JSON.stringify(page));
    }
    const [updater = expect.fail('no updater')] = await rockyErrataUpdaterSet.discover({ client });
    const fetched = await updater.fetch(undefined, { client });
    const counted = fetched.kind === 'changed' ? await count(updater.parse(fetched.body)) : undefined;
    expect(counted?.rows).toBeGreaterThan(30_000);
    expect(counted).toEqual(runPython(rockyCount, path));
  });

  /** Every product has a namespace of its own here: what belongs to which release is the distribution's to say. */
  const [ofSuse] = suseOsvSources({
    namespacesOfProduct: (product) => [{ key: `suse:${product}`, scheme: 'rpm', distribution: { did: 'suse', versionId: product } }],
    serves: () => true,
  });
  const cases: readonly (readonly [string, OsvSource, string, string, 'binaries' | 'names', 'modular' | 'plain'])[] = [
    ['Rocky Linux', rockyOsvSource, 'Rocky Linux:', 'RLSA', 'names', 'modular'],
    ['Alpine', alpineOsvSource, 'Alpine:(v3|edge)', '.', 'names', 'plain'],
    ['Debian', debianOsvSource, 'Debian:\\d', 'CVE', 'names', 'plain'],
    ['SUSE', ofSuse, '(open)?SUSE:', '.', 'binaries', 'plain'],
    ['openSUSE', ofSuse, '(open)?SUSE:', '.', 'binaries', 'plain'],
  ];

  it.each(isFull ? cases : cases.slice(0, 1))(
    'OSV of %s',
    { timeout: 600_000 },
    async (ecosystem, source, wanted, named, subjects, modules) => {
      using scratch = scratchDirectory();
      materialiseOsv(scratch.path, ecosystem);
      const archive = osvArchive(scratch.path, ecosystem);
      expect(existsSync(archive)).toBe(true);
      const said: Diagnostic[] = [];
      const records = new Set<string>();
      let rows = 0;
      for await (const advisory of parseOsvZip(createReadStream(archive), source, { onDiagnostic: (each) => said.push(each) })) {
        records.add(advisory.part);
        // Versions that no range holds have rows of their own, which are not counted a second time here.
        rows += advisory.rows.filter(({ range }) => range.introduced === undefined || range.introduced !== range.lastAffected).length;
      }
      const unused = said.filter(({ data }) => data['of'] === 'records').reduce((sum, { data }) => sum + Number(data['records']), 0);
      expect({ used: records.size, unused, rows }).toEqual(runPython(osvCount, archive, wanted, named, subjects, modules));
    },
  );
});
