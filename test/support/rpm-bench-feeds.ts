import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { writeZip } from '../../src/testing/zip-writer.ts';
import { attribute, member, members, thinned } from './data-pack.ts';
import { writeFeed } from './feed-mirror.ts';
import type { FeedReading, NaiveFix } from './rpm-bench.ts';
import { sharedPath } from './shared-data.ts';

/** Lays one in `every` records of a real feed out as HOST/PATH, and says what they say: read with regular expressions and plain JSON alone. */
export type LayFeed = (feeds: string, every: number) => FeedReading;

const some = <T>(all: readonly T[], every: number): readonly T[] => all.filter((_, index) => index % every === 0);

const evrOf = (epoch: string, version: string, release: string): string => `${/^0?$/.test(epoch) ? '' : `${epoch}:`}${version}-${release}`;

/** Amazon: `updateinfo.xml` of each repository of a release. */
export function layAmazon(release: string): LayFeed {
  const archive = 'amazon/amazon-updateinfo.tar.zst';
  return (feeds, every) => {
    const repositories = members(archive).filter((path) => path.startsWith(`${release}/`));
    const chosen = every > 1 ? repositories.filter((path) => /core|updates|kernel-5.10|dnsmasq/.test(path)) : repositories;
    const fixes = chosen.map((path) => {
      const repository = path.slice(release.length + 1, -'/updateinfo.xml'.length);
      const xml = thinned(member(archive, path), 'update', every);
      writeRepository(feeds, amazonFolder(release, repository), xml);
      return { repository, fixes: readUpdateinfo(xml) };
    });
    const topics = chosen.flatMap((path) => /extras\/([^/]+)/.exec(path)?.[1] ?? []);
    writeFeed(feeds, 'cdn.amazonlinux.com/2/extras-catalog.json', JSON.stringify({ topics: topics.map((n) => ({ n })) }));
    const ofCore = new Set(fixes.flatMap(({ repository, fixes: own }) => (repository === 'core' ? own.map(({ name }) => name) : [])));
    return {
      fixes: fixes.flatMap(({ repository, fixes: own }) => own.flatMap((fix) => asOfRepository(fix, repository, ofCore))),
      ofSources: false,
      builds: 'below-every',
    };
  };
}

function amazonFolder(release: string, repository: string): readonly [host: string, folder: string] {
  if (release === '1') return ['repo.us-west-2.amazonaws.com', '2018.03/updates/x86_64'];
  if (release === '2') return ['cdn.amazonlinux.com', `2/${repository}/latest/x86_64`];
  return ['cdn.amazonlinux.com', `al${release}/${repository}/mirrors/latest/x86_64`];
}

function writeRepository(feeds: string, [host, folder]: readonly [string, string], xml: string): void {
  const packed = gzipSync(xml, { level: 1 });
  const checksum = createHash('sha256').update(packed).digest('hex');
  writeFeed(feeds, `${host}/${folder}/mirror.list`, `https://${host}/${folder}/snapshot/\n`);
  writeFeed(feeds, `${host}/${folder}/snapshot/repodata/updateinfo.xml.gz`, packed);
  const file = `<location href="repodata/updateinfo.xml.gz"/><checksum type="sha256">${checksum}</checksum>`;
  writeFeed(feeds, `${host}/${folder}/snapshot/repodata/repomd.xml`, `<repomd><data type="updateinfo">${file}</data></repomd>`);
}

function readUpdateinfo(xml: string): readonly NaiveFix[] {
  return [...xml.matchAll(/<update [^>]*>(.*?)<\/update>/gs)].flatMap(([, body = '']) => {
    const advisory = /<id>([^<]*)<\/id>/.exec(body)?.[1] ?? '';
    const tags = (name: string): readonly string[] => body.match(new RegExp(`<${name} [^>]*>`, 'g')) ?? [];
    const cves = tags('reference').flatMap((tag) => (attribute(tag, 'type') === 'cve' ? [attribute(tag, 'id')] : []));
    return tags('package').map((tag) => ({
      advisory,
      cves: cves.length === 0 ? [advisory] : cves,
      name: attribute(tag, 'name'),
      arch: attribute(tag, 'arch'),
      module: undefined,
      fixed: evrOf(attribute(tag, 'epoch'), attribute(tag, 'version'), attribute(tag, 'release')),
    }));
  });
}

/** An extras topic with a number speaks of versions from that number on. What topics without one share with core is left to the tests of that rule. */
function asOfRepository(fix: NaiveFix, repository: string, ofCore: ReadonlySet<string>): readonly NaiveFix[] {
  const topic = /^extras\/(.*)$/.exec(repository)?.[1];
  if (topic === undefined) return [fix];
  const line = /(\d[\d.]*?)(?:\.x)?$/.exec(topic)?.[1];
  const [, epoch = '', version = ''] = /^(\d+:)?(.*)$/.exec(fix.fixed ?? '') ?? [];
  if (line !== undefined && (version.startsWith(`${line}.`) || version.startsWith(`${line}-`)))
    return [{ ...fix, introduced: `${epoch}${line}` }];
  const isShared = ofCore.has(fix.name) && !fix.name.startsWith('kernel-livepatch-');
  return isShared || topic.startsWith('ruby') ? [] : [fix];
}

interface AlmaErratum {
  readonly id: string;
  readonly packages: readonly Readonly<Record<'name' | 'epoch' | 'version' | 'release' | 'arch' | 'module', string | undefined>>[];
  readonly references: readonly { readonly type: string; readonly id: string }[];
}

export function layAlma(release: string): LayFeed {
  return (feeds, every) => {
    const whole = JSON.parse(member('alma/alma-errata.tar.zst', `${release}/errata.full.json`)) as {
      readonly data: readonly AlmaErratum[];
    };
    const data = some(whole.data, every);
    writeFeed(feeds, `errata.almalinux.org/${release}/errata.full.json`, JSON.stringify({ ...whole, data }));
    const fixes = data.flatMap(({ id, packages, references }) =>
      packages.map(({ name = '', epoch = '', version = '', release: of = '', arch = '', module = '' }) => ({
        advisory: id,
        cves: references.flatMap((reference) => (reference.type === 'cve' ? [reference.id] : [])),
        name,
        arch,
        module: module.split(':').slice(0, 2).join(':'),
        fixed: evrOf(epoch, version, of),
      })),
    );
    return { fixes, ofSources: false, builds: 'below-every' };
  };
}

interface RockyRecord {
  readonly id: string;
  readonly summary: string;
  readonly related: readonly string[];
  readonly affected: readonly {
    readonly package: { readonly ecosystem: string; readonly name: string };
    readonly ranges: readonly { readonly events: readonly { readonly fixed?: string }[] }[];
  }[];
}

/** Words of a summary such as `container-tools:rhel8`. */
const streamsOf = (summary: string): readonly string[] => summary.split(/[\s,]+/).filter((word) => /^[\w.+-]+:[\w.+-]+$/.test(word));

/** Rocky out of OSV: records of source packages, and of streams that only the summary names. */
export function layRocky(release: string): LayFeed {
  const archive = 'osv/Rocky_Linux.tar.zst';
  return (feeds, every) => {
    const lines = execFileSync('python3', ['-c', recordsOfArchive, sharedPath(`data/${archive}`)], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const records = some(lines.trim().split('\n'), every).map((line) => JSON.parse(line) as RockyRecord);
    const entries = records.map((record) => ({ name: `${record.id}.json`, content: JSON.stringify(record) }));
    writeFeed(feeds, 'osv-vulnerabilities.storage.googleapis.com/Rocky Linux/all.zip', writeZip(entries));
    const fixes = records.flatMap(({ id, summary, related, affected }) => {
      const mine = id.startsWith('RLSA') ? affected.filter(({ package: of }) => of.ecosystem === `Rocky Linux:${release}`) : [];
      return mine.flatMap(({ package: { name }, ranges }) => {
        const ends = ranges.flatMap(({ events }) => events.flatMap(({ fixed }) => fixed ?? []));
        return ends.flatMap((fixed) => {
          const modules = fixed.includes('.module+el') ? streamsOf(summary) : [''];
          const cves = related.filter((each) => each.startsWith('CVE-'));
          return modules.map((module) => ({ advisory: id, cves, name, arch: '', module, fixed: fixed.replace(/^\d+:/, '') }));
        });
      });
    });
    return { fixes, ofSources: true, builds: 'below-any' };
  };
}

const recordsOfArchive = `
import sys, json, subprocess, tarfile
unpacked = subprocess.Popen(['zstd', '-dcq', '--long=27', sys.argv[1]], stdout=subprocess.PIPE)
with tarfile.open(fileobj=unpacked.stdout, mode='r|') as records:
    for record in records:
        if record.isfile(): print(json.dumps(json.load(records.extractfile(record))))`;

interface OldErratum {
  readonly name: string;
  readonly synopsis: string;
  readonly cves: readonly { readonly name: string }[];
  readonly rpms: Readonly<Record<string, { readonly nvras: readonly string[] }>>;
}

/** Rocky's errata of the old API as one page of that of today; streams, which the old one did not tell, are those of the synopsis. */
export function layRockyErrata(release: string): LayFeed {
  return (feeds, every) => {
    const whole = JSON.parse(member('rocky/rocky-errata.tar.zst', 'api/v2/advisories.json')) as {
      readonly advisories: readonly OldErratum[];
    };
    const errata = some(whole.advisories, every).map(({ name, synopsis, cves, rpms }) => {
      const [module, stream] = streamsOf(synopsis)[0]?.split(':') ?? [];
      const packages = Object.entries(rpms).flatMap(([product, { nvras }]) =>
        nvras.map((nevra) => ({
          nevra,
          product_name: `${product} x86_64`,
          ...(nevra.includes('.module+el') && { module_name: module, module_stream: stream }),
        })),
      );
      return { name, kind: 'Security', severity: 'Moderate', cves: cves.map(({ name: cve }) => ({ cve })), packages };
    });
    const page = { advisories: errata, total: errata.length, page: 1, links: { next: null }, last_updated_at: 'today' };
    writeFeed(feeds, 'apollo.build.resf.org/api/v3/advisories', JSON.stringify(page));
    const fixes = errata.flatMap(({ name: advisory, cves, packages }) =>
      packages.flatMap(({ nevra, product_name: product, module_name: module, module_stream: stream }) => {
        const [, name = '', epoch = '', version = '', of = '', arch = ''] = /^(.*)-(\d+):([^-]+)-([^-]+)\.([^.]+)\.rpm$/.exec(nevra) ?? [];
        // A source package is not installed.
        if (product !== `Rocky Linux ${release} x86_64` || arch === 'src') return [];
        const fixed = evrOf(epoch, version, of);
        return [
          { advisory, cves: cves.map(({ cve }) => cve), name, arch, module: module === undefined ? '' : `${module}:${stream}`, fixed },
        ];
      }),
    );
    return { fixes, ofSources: false, builds: 'below-every' };
  };
}
