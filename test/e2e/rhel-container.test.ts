import { describe, expect, it } from 'vitest';
import { dockerArchive, LayerBuilder, rpmHeader, writeArchive, writeRpmSqlite } from '../../src/testing/index.ts';
import { missingSamples, nativeSample } from '../support/native-samples.ts';
import { scanReport, type ReportJson } from '../support/report.ts';
import { scratchDirectory } from '../support/shared-data.ts';
import { toVexDocument, writeVexMirror, type HydraCve } from '../support/vex-documents.ts';

const osRelease = 'NAME="Red Hat Enterprise Linux"\nID="rhel"\nVERSION_ID="8.8"\nPRETTY_NAME="Red Hat Enterprise Linux 8.8 (Ootpa)"\n';
const dockerfile = (name: string, arch = 'x86_64'): string =>
  `FROM x\nLABEL "com.redhat.component"="${name.replaceAll('/', '-')}-container" name="${name}" architecture="${arch}"\n`;
const labels = (name: string, cpe: string): string =>
  JSON.stringify({ name, architecture: 'x86_64', 'org.opencontainers.image.created': '2024-03-26T09:34:09Z', cpe });

/** What the release as such is told of: without a word of it, nothing is known of its packages. */
const other: HydraCve = {
  name: 'CVE-2024-0001',
  package_state: [{ cpe: 'cpe:/o:redhat:enterprise_linux:8', package_name: 'tar', fix_state: 'Affected' }],
};

const sso = 'rh-sso-7/sso76-openshift-rhel8';
const ssoFile = (version: string, arch?: string): Record<string, string> => ({
  [`root/buildinfo/Dockerfile-sso76-${version}`]: dockerfile(sso, arch),
});

describe.skipIf(missingSamples !== undefined)(
  `containers of Red Hat's catalogue${missingSamples === undefined ? '' : ` (skipped: ${missingSamples})`}`,
  () => {
    /** An image on a base that is a container of the catalogue as well, with the files of its own build. */
    async function scan(files: Readonly<Record<string, string>>): Promise<ReportJson> {
      using scratch = scratchDirectory();
      const document = JSON.parse(nativeSample('claircore/rhel/vex/testdata/cve-2022-38752.json').toString('utf8')) as object;
      await writeVexMirror(
        `${scratch.path}/feeds`,
        [
          { name: 'CVE-2022-38752', document },
          { name: other.name, document: toVexDocument(other) },
        ],
        { x: ['cpe:/o:redhat:enterprise_linux:8'] },
      );
      const base = new LayerBuilder()
        .file('etc/os-release', osRelease)
        .file('var/lib/rpm/rpmdb.sqlite', writeRpmSqlite([rpmHeader('bash-4.4-1.el8.x86_64')]))
        // Affected, were it the image that is scanned.
        .file('root/buildinfo/Dockerfile-idea-3-1', dockerfile('devspaces/idea-rhel8'));
      const own = new LayerBuilder();
      for (const [path, text] of Object.entries(files)) own.file(path, text);
      const image = { layers: [{ tar: base.build() }, { tar: own.build() }], names: ['demo/app:1'] };
      const path = writeArchive(`${scratch.path}/image.tar`, dockerArchive([image]));
      return await scanReport([path, '--db', `${scratch.path}/c.db`, '--feed-mirror', `${scratch.path}/feeds`]);
    }

    const told = ({ verdicts, packages }: ReportJson): readonly string[] =>
      verdicts
        .map(({ package_id: id, status, evidence }) => {
          const { name, version, arch } = packages[id] ?? {};
          return [name, version, arch, status, evidence.comparison].filter(Boolean).join(' ');
        })
        .sort();

    it('are judged by version, architecture and product; the image that it was built on is not', async () => {
      const report = await scan({
        ...ssoFile('7.6-21'),
        ...ssoFile('7.6-22'),
        ...ssoFile('7.6-20', 'aarch64'),
        'root/buildinfo/Dockerfile-x-1-1': dockerfile('x/y'),
        'root/buildinfo/labels.json': labels('devspaces/udi-rhel8', 'cpe:/a:redhat:openshift_devspaces:3::el8'),
        'usr/share/buildinfo/labels.json': labels('openshift-logging/elasticsearch6-rhel8', 'cpe:/a:redhat:logging:5.8::el8'),
      });
      expect(told(report)).toEqual([
        'devspaces/udi-rhel8 1711445649 x86_64 affected',
        'openshift-logging/elasticsearch6-rhel8 1711445649 x86_64 not_affected',
        `${sso} 7.6-21 x86_64 affected 7.6-21 < 7.6-22`,
      ]);
      expect(report.coverage).toMatchObject({ complete: true, gaps: [], packages: { total: 7, unknown: 0 } });
      expect(report.verdicts.find(({ evidence }) => evidence.installed === '7.6-21')?.evidence).toMatchObject({
        namespace: 'redhat-container:cpe:/a:redhat:rhosemc:1.0::el8',
        aliases: ['RHSA-2023:2710'],
        notes: ['repository-assumed'],
        record: { url: 'https://security.access.redhat.com/data/csaf/v2/vex/2022/cve-2022-38752.json' },
      });
    });

    it.skipIf(process.env['CLAIRCORE_FULL'] === undefined)('of another product are not meant', async () => {
      const report = await scan({
        'root/buildinfo/labels.json': labels('devspaces/udi-rhel8', 'cpe:/a:redhat:openshift_devspaces:2::el8'),
      });
      expect(told(report)).toEqual([]);
    });
  },
);
