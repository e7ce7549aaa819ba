import { describe, expect, it } from 'vitest';
import { rpmHeader, writeRpmSqlite, type TestRpm } from '../../src/testing/index.ts';
import { writeFeed } from '../support/feed-mirror.ts';
import { naiveRpmCompare } from '../support/naive-rpm.ts';
import { findings, scanReport } from '../support/report.ts';
import { scratchDirectory } from '../support/shared-data.ts';

/** What the document says: of which architecture's machine, of which module, package, first version that is not affected. */
const fixes = [
  { arch: 'x86_64', name: 'bind', fixed: '32:9.11-2.el8' },
  { arch: 'aarch64', name: 'arm', fixed: '0:2-1.el8' },
  { arch: 'x86_64', name: 'nodejs', fixed: '1:14.2-1.module+el8', module: 'nodejs:14' },
  { arch: 'x86_64', name: 'glibc', fixed: '2:2.28-9.ksplice1.el8' },
  { arch: 'x86_64', name: 'glibc', fixed: '0:2.28-9.el8' },
] as const;

function document(): string {
  const criterion = (id: string, comment: string): string => `<criterion test_ref="oval:x:tst:${id}" comment="${comment}"/>`;
  const blocks = fixes.map((fix, at) => {
    const module = 'module' in fix ? criterion(`9${at}`, `Module ${fix.module} is enabled`) : '';
    return `<criteria operator="AND">${criterion(`8${at}`, `Oracle Linux arch is ${fix.arch}`)}${module}
      ${criterion(`${at}`, `${fix.name} is earlier than ${fix.fixed}`)}${criterion(`7${at}`, `${fix.name} is signed with the Oracle Linux 8 key`)}</criteria>`;
  });
  const each = (make: (at: number, fix: (typeof fixes)[number]) => string): string => fixes.map((fix, at) => make(at, fix)).join('\n');
  return `<oval_definitions><definitions><definition id="oval:x:def:1" class="patch"><metadata><title>t</title>
    <affected family="unix"><platform>Oracle Linux 8</platform></affected>
    <reference source="elsa" ref_id="ELSA-2024-1" ref_url="https://linux.oracle.com/errata/ELSA-2024-1.html"/>
    <advisory><severity>IMPORTANT</severity><cve href="https://linux.oracle.com/cve/CVE-2024-0001.html">CVE-2024-0001</cve></advisory></metadata>
    <criteria operator="AND">${criterion('99', 'Oracle Linux 8 is installed')}<criteria operator="OR">${blocks.join('')}</criteria></criteria></definition></definitions>
    <tests>${each((at) => `<rpminfo_test id="oval:x:tst:${at}"><object object_ref="oval:x:obj:${at}"/><state state_ref="oval:x:ste:${at}"/></rpminfo_test>`)}</tests>
    <objects>${each((at, { name }) => `<rpminfo_object id="oval:x:obj:${at}"><name>${name}</name></rpminfo_object>`)}</objects>
    <states>${each((at, { fixed }) => `<rpminfo_state id="oval:x:ste:${at}"><evr operation="less than">${fixed}</evr></rpminfo_state>`)}</states></oval_definitions>`;
}

const rpm = (name: string, epoch: number, version: string, release: string, more: Partial<TestRpm> = {}): TestRpm => ({
  name,
  epoch,
  version,
  release,
  ...more,
});
const of14 = { modularityLabel: 'nodejs:14:8060:abc' };

const packages: readonly TestRpm[] = [
  ...['2.el8~', '2.el8', '2.el8^', '10.el8'].map((release) => rpm('bind', 32, '9.11', release)),
  rpm('bind', 31, '99', '1.el8'),
  rpm('bind', 32, '9.11', '1.el8', { arch: 'noarch' }),
  rpm('bind', 32, '9.11', '1.el8', { arch: 'aarch64' }),
  rpm('arm', 0, '1', '1.el8'),
  rpm('arm', 0, '1', '1.el8', { arch: 'aarch64' }),
  rpm('nodejs', 1, '14.1', '1.module+el8', of14),
  rpm('nodejs', 1, '14.2', '1.module+el8', of14),
  rpm('nodejs', 1, '10.1', '1.module+el8', { modularityLabel: 'nodejs:10:8060:abc' }),
  rpm('nodejs', 1, '9', '1.el8'),
  // Above the regular fix and below the other make's.
  rpm('glibc', 0, '2.28', '10.el8'),
  rpm('glibc', 0, '2.28', '8.el8'),
];

/** The machines of the document run these. */
const runs: Readonly<Record<string, readonly string[]>> = { x86_64: ['x86_64', 'noarch'], aarch64: ['aarch64', 'noarch'] };

function expected(): readonly string[] {
  return packages
    .flatMap(({ name, epoch = 0, version, release, arch = 'x86_64', modularityLabel = '' }) => {
      const shown = `${epoch === 0 ? '' : `${epoch}:`}${version}-${release}`;
      const module = modularityLabel.split(':').slice(0, 2).join(':');
      const own = fixes.filter(
        (fix) => fix.name === name && runs[fix.arch]?.includes(arch) === true && ('module' in fix ? fix.module : '') === module,
      );
      const isAffected = own.some(({ fixed }) => !fixed.includes('ksplice') && naiveRpmCompare(shown, fixed) < 0);
      return isAffected ? [`${name} ${shown} CVE-2024-0001`] : [];
    })
    .sort();
}

describe('an image of Oracle Linux', () => {
  it('is judged by version, architecture and module; fixes of other makes do not count, and what cannot be read is unknown', async () => {
    using scratch = scratchDirectory();
    writeFeed(`${scratch.path}/feeds`, 'linux.oracle.com/security/oval/com.oracle.elsa-all.xml.bz2', document());
    writeFeed(`${scratch.path}/root`, 'etc/os-release', 'NAME="Oracle Linux Server"\nID="ol"\nVERSION_ID="8.9"\n');
    const headers = [...packages, rpm('bind', 32, '9 11', '1.el8')].map((one) => rpmHeader(one));
    writeFeed(`${scratch.path}/root`, 'var/lib/rpm/rpmdb.sqlite', writeRpmSqlite(headers));
    const report = await scanReport([`dir:${scratch.path}/root`, '--db', `${scratch.path}/c.db`, '--feed-mirror', `${scratch.path}/feeds`]);
    expect(findings(report)).toEqual(expected());
    expect(expected()).toHaveLength(6);
    expect(report.verdicts.filter(({ status }) => status !== 'affected').map(({ name, reason }) => [name, reason])).toEqual([
      ['CVE-2024-0001', 'version-unparsable'],
    ]);
  });
});
