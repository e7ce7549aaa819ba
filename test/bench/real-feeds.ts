import { gzipSync } from 'node:zlib';
import { writeFeed } from '../support/feed-mirror.ts';
import { nativeSample } from '../support/native-samples.ts';
import { materialiseOsv } from '../support/osv-bucket.ts';
import { layRockyErrata } from '../support/rpm-bench-feeds.ts';
import { materialiseFeeds } from '../support/shared-data.ts';
import { readHydra, toVexDocument, writeVexMirror } from '../support/vex-documents.ts';

/** A feed out of the data pack. */
export interface RealFeed {
  readonly name: string;
  /** Lays it out as HOST/PATH. */
  readonly lay: (mirror: string) => Promise<void> | void;
  /** Names of the updaters that read it: a regular expression. */
  readonly updaters: string;
  /** `PLUGIN=FEED` where it is not the plugin's usual one. */
  readonly choice?: string;
}

const ofHost =
  (host: string): RealFeed['lay'] =>
  (mirror) =>
    materialiseFeeds(mirror, host);
const ofOsv =
  (...ecosystems: readonly string[]): RealFeed['lay'] =>
  (mirror) => {
    for (const ecosystem of ecosystems) materialiseOsv(mirror, ecosystem);
  };
const language = (ecosystem: string, updater: string): RealFeed => ({
  name: `OSV ${ecosystem}`,
  lay: ofOsv(ecosystem),
  updaters: `^${updater}-osv-updater$`,
});

/** All CVEs of Red Hat's API in the form of its VEX: the pack has no whole archive of that. */
async function layVex(mirror: string): Promise<void> {
  async function* documents(): AsyncGenerator<{ name: string; document: object }> {
    for await (const cve of readHydra()) yield { name: cve.name, document: toVexDocument(cve) };
  }
  await writeVexMirror(mirror, documents(), {});
}

function layPhoton(mirror: string): void {
  const xml = nativeSample('claircore/photon/testdata/com.vmware.phsa-photon3.xml');
  writeFeed(mirror, 'packages.vmware.com/photon/photon_oval_definitions/com.vmware.phsa-photon3.xml.gz', gzipSync(xml));
}

/** Every whole feed of the pack that this package reads; of SUSE, Ubuntu and RHEL it has OVAL as small samples only. */
export const realFeeds: readonly RealFeed[] = [
  { name: 'Alpine secdb', lay: ofHost('secdb.alpinelinux.org'), updaters: '^alpine-' },
  { name: 'Alpine OSV', lay: ofOsv('Alpine'), updaters: '^alpine-osv-updater$', choice: 'alpine=osv' },
  { name: 'AlmaLinux errata', lay: ofHost('errata.almalinux.org'), updaters: '^alma-' },
  { name: 'Amazon updateinfo', lay: ofHost('cdn.amazonlinux.com'), updaters: '^amazon-' },
  { name: 'Azure Linux OVAL', lay: ofHost('raw.githubusercontent.com'), updaters: '^azurelinux-' },
  { name: 'Debian tracker', lay: ofHost('security-tracker.debian.org'), updaters: '^debian-updater$' },
  { name: 'Debian OSV', lay: ofOsv('Debian'), updaters: '^debian-osv-updater$', choice: 'debian=osv' },
  { name: 'Oracle OVAL', lay: ofHost('linux.oracle.com'), updaters: '^oracle-updater$' },
  { name: 'Photon 3 OVAL', lay: layPhoton, updaters: '^photon-' },
  { name: 'RHEL VEX', lay: layVex, updaters: '^rhel-vex$' },
  { name: 'RHEL repository-to-cpe', lay: ofHost('security.access.redhat.com'), updaters: '^rhel-repository-to-cpe$' },
  { name: 'Rocky OSV', lay: ofOsv('Rocky Linux'), updaters: '^rocky-osv-updater$' },
  {
    name: 'Rocky errata',
    lay: (mirror) => void layRockyErrata('8')(mirror, 1),
    updaters: '^rocky-errata-updater$',
    choice: 'rocky=errata',
  },
  { name: 'SUSE and openSUSE OSV', lay: ofOsv('SUSE', 'openSUSE'), updaters: '^(open)?suse-osv-updater$', choice: 'suse=osv' },
  {
    name: 'Ubuntu OSV',
    lay: ofOsv('Ubuntu'),
    updaters: '^ubuntu-(esm-)?osv-updater$',
    choice: 'ubuntu=osv',
  },
  language('npm', 'npm'),
  language('PyPI', 'pypi'),
  language('Maven', 'maven'),
  language('Go', 'go'),
  language('RubyGems', 'gem'),
  language('crates.io', 'crates.io'),
  language('Packagist', 'composer'),
  language('NuGet', 'nuget'),
  { name: 'EPSS', lay: ofHost('epss.empiricalsecurity.com'), updaters: '^epss-updater$' },
  { name: 'KEV', lay: ofHost('www.cisa.gov'), updaters: '^kev-updater$' },
];
