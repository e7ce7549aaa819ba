import { describe, expect, it } from 'vitest';
import { createUbuntuUpdater } from '../../src/ecosystems/distro/ubuntu/updater.ts';
import { collect, dockerArchive, LayerBuilder, writeArchive } from '../../src/testing/index.ts';
import { findingsWithFixes } from '../support/deb-root.ts';
import { writeFeed } from '../support/feed-mirror.ts';
import type { ReportJson } from '../support/report.ts';
import { run } from '../support/run-in-process.ts';
import { scanHere } from '../support/scan-here.ts';
import { scratchDirectory } from '../support/shared-data.ts';
import { dpkgStatus } from '../support/small-image.ts';
import { writeUbuntuOval, type TrackedCve } from '../support/ubuntu-oval.ts';

const cve: TrackedCve = {
  id: 'CVE-2024-0001',
  priority: 'high',
  packages: [{ source: 'curl', binaries: ['curl', 'libcurl4'], release: 'jammy', status: 'released', note: '7.81.0-1ubuntu1.16+esm1' }],
};
const document = writeUbuntuOval('jammy', 'Ubuntu 22.04 LTS', [cve]);

const sources = 'etc/apt/sources.list.d/ubuntu-esm-infra.list';
const base = new LayerBuilder()
  .file('etc/os-release', 'ID=ubuntu\nVERSION_ID="22.04"\nVERSION_CODENAME=jammy\n')
  .file('var/lib/dpkg/status', dpkgStatus([{ name: 'curl', version: '7.81.0-1ubuntu1.15' }]))
  .build();
const attached = new LayerBuilder().file(sources, 'deb https://esm.ubuntu.com/infra/ubuntu jammy-infra-security main\n').build();
const detached = new LayerBuilder().whiteout(sources).build();

const withoutFix = ['curl 7.81.0-1ubuntu1.15 CVE-2024-0001 -'];
const withFix = ['curl 7.81.0-1ubuntu1.15 CVE-2024-0001 7.81.0-1ubuntu1.16+esm1'];

describe('ESM in the layers of an image', () => {
  it.each<[string, readonly Uint8Array[], readonly string[]]>([
    ['without it', [base], withoutFix],
    ['packages of a layer below have what the image has', [base, attached], withFix],
    ['what a layer takes away is not there', [base, attached, detached], withoutFix],
  ])('%s', { timeout: 60_000 }, async (_name, layers, wanted) => {
    using scratch = scratchDirectory();
    writeFeed(`${scratch.path}/feeds`, 'security-metadata.canonical.com/oval/com.ubuntu.jammy.cve.oval.xml.bz2', document);
    const image = writeArchive(`${scratch.path}/image.tar`, dockerArchive([{ layers: layers.map((tar) => ({ tar })), names: ['demo:1'] }]));
    const options = ['--db', `${scratch.path}/c.db`, '--feed-mirror', `${scratch.path}/feeds`];
    expect(findingsWithFixes(await scanHere([image, ...options]))).toEqual(wanted);

    // An index report says it too: who matches it later knows no more of the image.
    const { stdout: index } = await run(['index', image, '--db', `${scratch.path}/c.db`]);
    const { stdout } = await run(['match', '-', '--format', 'json', '--db', `${scratch.path}/c.db`, '--offline'], { input: index });
    expect(findingsWithFixes(JSON.parse(stdout) as ReportJson)).toEqual(wanted);
  });
});

describe('a document in Canonical’s form', () => {
  it.each(['everybody', 'pro'] as const)('is read without a word about kernels and the host, for %s', async (audience) => {
    const said: unknown[] = [];
    const updater = createUbuntuUpdater({ series: { versionId: '22.04', codename: 'jammy' }, audience });
    async function* body(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(new TextEncoder().encode(document));
    }
    const advisories = await collect(updater.parse(body(), { onDiagnostic: (each) => said.push(each) }));
    expect(said).toEqual([]);
    expect(advisories.map(({ name, aliases, severity, rows }) => [name, aliases, severity, rows.length])).toEqual([
      ['CVE-2024-0001', ['USN-6561-1'], 'high', 2],
    ]);
  });
});
