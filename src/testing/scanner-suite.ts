import { describe, expect, it } from 'vitest';
import { scannerKey, type Findings, type Scanner, type Want } from '../contracts/index.ts';
import { diagnosticCodes, type EntryHeader } from '../core/index.ts';
import { layerFiles } from './layer-files.ts';
import { oddContents } from './sample-contents.ts';

/** Where package databases, release files and the like are: of these a scanner wants at least one. Add yours where it is not there. */
const knownPaths: readonly string[] = [
  'etc/os-release',
  'usr/lib/os-release',
  'etc/alpine-release',
  'etc/debian_version',
  'etc/redhat-release',
  'etc/system-release',
  'etc/oracle-release',
  'etc/lsb-release',
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
  'etc/apt/sources.list',
  'etc/apt/sources.list.d/a.sources',
  'etc/apt/preferences.d/ubuntu-esm-infra',
  'var/lib/ubuntu-advantage/status.json',
  'var/lib/dpkg/status',
  'var/lib/dpkg/status.d/base',
  'var/lib/dpkg/info/base.list',
  'var/lib/rpm/Packages',
  'var/lib/rpm/Packages.db',
  'var/lib/rpm/rpmdb.sqlite',
  'usr/lib/sysimage/rpm/rpmdb.sqlite',
  'usr/lib/sysimage/rpm/Packages.db',
  'root/buildinfo/content_manifests/image.json',
  'root/buildinfo/Dockerfile-image-1-1',
  'app/node_modules/a/package.json',
  'usr/lib/python3/dist-packages/a-1.dist-info/METADATA',
  'usr/lib/python3/dist-packages/a-1.egg-info/PKG-INFO',
  'usr/share/gems/specifications/a-1.gemspec',
  'app/vendor/composer/installed.json',
  'app/composer.lock',
  'app/conan.lock',
  'app/mix.lock',
  'app/Package.resolved',
  'app/packages.lock.json',
  'app/Podfile.lock',
  'app/pubspec.lock',
  'app/renv.lock',
  'app/a.deps.json',
  'app/a.jar',
  'usr/bin/a',
  'db/packages',
  'app/a.pkg',
  'etc/repositories',
];

const hostilePaths: readonly string[] = [
  '',
  '/',
  '.',
  '..',
  '\0',
  'a'.repeat(4096),
  'node_modules/'.repeat(300),
  '/'.repeat(4000),
  '__proto__',
  'é\ud800/x',
];
const answers: readonly Want[] = ['no', 'peek', 'bytes', 'file'];
const header: EntryHeader = { type: 'file', size: 100, mode: 0o755 };
/** Bytes that may decide whether a binary is wanted. */
const peeks = [...oddContents().values()].map((content) => content.subarray(0, 4096));

/** What every scanner keeps to, whatever it looks for. `open` gives the scanner; it may be given the same one again. */
export function scannerSuite(name: string, open: () => Scanner): void {
  describe(`${name} as a scanner`, () => {
    const scanner = open();
    const wanted = knownPaths.filter((path) => isWanted(scanner, path));
    const scanAll = async (content: Uint8Array): Promise<Findings> =>
      await scanner.scan(layerFiles(wanted.map((path) => [path, content] as const)));

    it('has a name, a version and a kind under which its findings are kept', () => {
      expect(scanner.name).toMatch(/^[a-z0-9][a-z0-9.-]{0,63}$/);
      expect(Number.isSafeInteger(scanner.version) && scanner.version > 0).toBe(true);
      expect(['package', 'distribution', 'repository']).toContain(scanner.kind);
      expect(scannerKey(scanner).split('/')).toHaveLength(3);
      expect(Object.isFrozen(scanner)).toBe(true);
    });

    it('wants something', () => {
      expect(wanted.length).toBeGreaterThan(0);
    });

    it('answers each question the same way each time', () => {
      for (const path of [...knownPaths, ...hostilePaths]) {
        const first = scanner.wants(path, header);
        expect(answers).toContain(first);
        expect(scanner.wants(path, header)).toBe(first);
        for (const peek of first === 'peek' ? peeks : []) {
          const second = scanner.wants(path, header, peek);
          // Whoever was shown the first bytes has to decide.
          expect(['no', 'bytes', 'file']).toContain(second);
          expect(scanner.wants(path, header, peek)).toBe(second);
        }
      }
    });

    it('is asked cheaply', () => {
      const start = performance.now();
      for (let times = 0; times < 2000; times += 1) for (const path of hostilePaths) scanner.wants(path, header);
      // 20,000 questions, most of them about long paths: a layer may have millions of entries.
      expect(performance.now() - start).toBeLessThan(2000);
    });

    it('finds nothing in nothing', async () => {
      const { packages = [], distributions = [], repositories = [], ownership = [], diagnostics = [] } = await scanner.scan([]);
      expect([packages, distributions, repositories, ownership, diagnostics].flat()).toEqual([]);
    });

    it.each([...oddContents()])('makes no more than diagnostics of files that are %s', async (_, content) => {
      const findings = await scanAll(content);
      assertSound(scanner, findings, wanted);
      expect(await scanAll(content)).toEqual(findings);
    });

    it('leaves the bytes alone', async () => {
      for (const content of oddContents().values()) {
        const copy = content.slice();
        await scanAll(copy);
        expect(copy).toEqual(content);
      }
    });

    it('does not fail because its caller leaves, unless with an AbortedError', async () => {
      const files = layerFiles(wanted.map((path) => [path, ''] as const));
      const [result] = await Promise.allSettled([(async () => await scanner.scan(files, { signal: AbortSignal.abort() }))()]);
      expect(result?.status === 'rejected' ? result.reason : { code: 'ABORTED' }).toMatchObject({ code: 'ABORTED' });
    });
  });
}

function isWanted(scanner: Scanner, path: string): boolean {
  const want = scanner.wants(path, header);
  return want === 'peek' ? peeks.some((peek) => scanner.wants(path, header, peek) !== 'no') : want !== 'no';
}

/** What holds of findings whatever the files were. */
function assertSound(scanner: Scanner, findings: Findings, given: readonly string[]): void {
  const { packages = [], distributions = [], repositories = [], ownership = [], diagnostics = [] } = findings;
  const paths = [...packages, ...distributions, ...repositories, ...ownership].map(({ path }) => path);
  expect(paths.filter((path) => !given.includes(path))).toEqual([]);
  expect(packages.filter(({ facts }) => facts.name === '' || facts.version === '')).toEqual([]);
  const detector = `urn:claircore:detector:${scanner.name}:${scanner.version}:${scanner.kind}`;
  expect(packages.filter(({ facts }) => facts.detector !== detector)).toEqual([]);
  expect(distributions.filter(({ facts }) => facts.did === '')).toEqual([]);
  if (scanner.kind !== 'package') expect([packages, ownership].flat()).toEqual([]);
  expect(diagnostics.filter(({ code }) => !(code in diagnosticCodes))).toEqual([]);
  // However hostile a file is, what is said of it stays short.
  expect(diagnostics.length).toBeLessThan(1000 * given.length);
}
