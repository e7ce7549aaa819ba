import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IndexReport, VulnerabilityReport } from '../core/index.ts';
import type { UpdateProgress } from '../libvuln/index.ts';
import type { LibvulnLike } from './fake-libvuln.ts';
import { fakeIndexReport } from './fake-matcher-report.ts';
import type { HeldRequests } from './gates.ts';

/** A Libvuln with two updaters, `one` for the release `distro:1`, `two` for `distro:2`, both never run and without advisories. */
export interface LibvulnBench extends AsyncDisposable {
  readonly libvuln: LibvulnLike;
  /** What the updater finds from now on: by name of the advisory, the source package that it affects in all versions. */
  publish(updater: 'one' | 'two', advisories: Readonly<Record<string, string>>): void;
  /** The updater fails until its feed is published again. */
  fail(updater: 'one' | 'two'): void;
  /** The updater waits from now on until it is released. */
  hold(updater: 'one' | 'two'): HeldRequests;
}

const inRelease = (distribution: string, ...names: readonly string[]): IndexReport =>
  fakeIndexReport(names.map((name) => ({ name, version: '1', source: `${name} 1`, places: [{ distribution }] })));

/** What every Libvuln keeps to. */
export function libvulnSuite(name: string, open: () => Promise<LibvulnBench>): void {
  describe(`${name} as a Libvuln`, () => {
    let bench: LibvulnBench;
    let libvuln: LibvulnLike;
    beforeEach(async () => {
      bench = await open();
      ({ libvuln } = bench);
      bench.publish('one', { 'CVE-1': 'a', 'CVE-2': 'a', 'CVE-3': 'b' });
      bench.publish('two', {});
    });
    afterEach(() => bench[Symbol.asyncDispose]());

    const kinds = async (): Promise<readonly string[]> => (await libvuln.update()).map(({ updater, kind }) => `${updater} ${kind}`);

    it('never looks clean before anything was loaded', async () => {
      const { vulnerabilities, verdicts, coverage } = await libvuln.scan(inRelease('distro:1', 'a', 'c'));
      expect(vulnerabilities.size).toBe(0);
      expect(verdicts.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
      expect(coverage).toMatchObject({ complete: false, packages: { total: 2, matched: 0, unknown: 2 } });
      expect(coverage.gaps.length).toBeGreaterThan(0);
    });

    it('finds what affects the packages, each under its package', async () => {
      await libvuln.update();
      const index = inRelease('distro:1', 'a', 'c');
      const report = await libvuln.scan(index);
      expect(report.index).toBe(index);
      expect(namesOf(report)).toEqual(['CVE-1', 'CVE-2']);
      expect(report.coverage).toMatchObject({ complete: true, packages: { total: 2, matched: 2, unknown: 0 }, gaps: [] });
      const [packageId] = [...index.packages.values()].flatMap(({ id, name: of }) => (of === 'a' ? [id] : []));
      expect([...report.packageVulnerabilities.keys()]).toEqual([packageId]);
      expect([...report.packageVulnerabilities.values()].flat().sort()).toEqual([...report.vulnerabilities.keys()].sort());
      const affected = report.verdicts.filter((verdict) => verdict.status === 'affected');
      expect(affected.map(({ vulnerabilityId }) => vulnerabilityId).sort()).toEqual([...report.vulnerabilities.keys()].sort());
    });

    it('gives the same report each time', async () => {
      await libvuln.update();
      const index = inRelease('distro:1', 'a', 'b');
      const [first, second] = [await libvuln.scan(index), await libvuln.scan(index)];
      expect({ ...second, createdAt: '' }).toEqual({ ...first, createdAt: '' });
    });

    it('leaves out texts that nobody wants', async () => {
      await libvuln.update();
      const index = inRelease('distro:1', 'b');
      const [[withTexts], [without]] = [await libvuln.scan(index), await libvuln.scan(index, { texts: false })].map((report) => [
        ...report.vulnerabilities.values(),
      ]) as [unknown[], unknown[]];
      expect(withTexts).toMatchObject({ name: 'CVE-3', description: 'about CVE-3' });
      expect(without).toMatchObject({ name: 'CVE-3', description: '', links: [] });
    });

    it('an advisory of one release says nothing of another', async () => {
      bench.publish('two', { 'CVE-4': 'd' });
      await libvuln.update();
      const { vulnerabilities, coverage } = await libvuln.scan(inRelease('distro:2', 'a'));
      expect([vulnerabilities.size, coverage.complete]).toEqual([0, true]);
    });

    it('a feed that says nothing of a release is no answer about it', async () => {
      await libvuln.update();
      const { verdicts, coverage } = await libvuln.scan(inRelease('distro:2', 'a'));
      expect([verdicts.map(({ status }) => status), coverage.complete]).toEqual([['unknown'], false]);
    });

    it.each(['CheckManifest', 'ScanLayers', 'IndexError'] as const)('refuses a report in the state %s', async (state) => {
      const unfinished = { ...inRelease('distro:1', 'a'), state, success: false };
      await expect(libvuln.scan(unfinished)).rejects.toMatchObject({ code: 'USAGE_REPORT_UNFINISHED' });
    });

    it('names the namespaces that an image needs, sorted', async () => {
      const index = fakeIndexReport([
        { name: 'a', version: '1', source: 'a 1', places: [{ distribution: 'distro:2' }, { distribution: 'distro:1' }] },
      ]);
      expect(libvuln.requiredNamespaces(index)).toEqual(['distro:1', 'distro:2']);
      expect(libvuln.requiredNamespaces(fakeIndexReport([]))).toEqual([]);
    });

    it('loads what changed, and nothing else', async () => {
      expect(await kinds()).toEqual(['one updated', 'two updated']);
      expect(await kinds()).toEqual(['one unchanged', 'two unchanged']);
      bench.publish('one', { 'CVE-1': 'a' });
      expect(await kinds()).toEqual(['one updated', 'two unchanged']);
      expect(namesOf(await libvuln.scan(inRelease('distro:1', 'a', 'b')))).toEqual(['CVE-1']);
    });

    it('runs just the updaters that are asked for', async () => {
      const updaters = (results: readonly { readonly updater: string }[]): readonly string[] => results.map(({ updater }) => updater);
      expect(updaters(await libvuln.update({ only: /^tw/ }))).toEqual(['two']);
      expect(updaters(await libvuln.update({ namespaces: ['distro:1'] }))).toEqual(['one']);
      expect(await libvuln.update({ namespaces: ['distro:1'], maxAge: 3_600_000 })).toEqual([{ updater: 'one', kind: 'fresh' }]);
    });

    it('tells what it does', async () => {
      const events: UpdateProgress[] = [];
      await libvuln.update({ only: /one/, onProgress: (event) => void events.push(event) });
      const told = events.filter(({ kind }) => kind !== 'progress');
      expect(told[0]).toMatchObject({ kind: 'discovered' });
      expect(told.slice(1)).toMatchObject([
        { kind: 'started', updater: 'one' },
        { kind: 'finished', result: { updater: 'one', kind: 'updated' } },
      ]);
    });

    it('a feed that fails leaves the last good data, and the others alone', async () => {
      await libvuln.update();
      bench.fail('one');
      bench.publish('two', { 'CVE-4': 'a' });
      expect(await kinds()).toEqual(['one failed', 'two updated']);
      expect(namesOf(await libvuln.scan(inRelease('distro:1', 'b')))).toEqual(['CVE-3']);
      expect(namesOf(await libvuln.scan(inRelease('distro:2', 'a')))).toEqual(['CVE-4']);
      const [one, two] = await libvuln.status();
      expect([one?.state, typeof one?.lastError?.code, two?.state, two?.lastError]).toEqual(['loaded', 'string', 'loaded', undefined]);
    });

    it('tells how each updater stands', async () => {
      const standing = async (namespaces?: readonly string[]): Promise<readonly string[]> =>
        (await libvuln.status(namespaces ? { namespaces } : {})).map(
          ({ updater, state, advisories }) => `${updater} ${state} ${advisories}`,
        );
      expect(await standing()).toEqual([]);
      expect(await standing(['distro:2', 'distro:1'])).toEqual(['one missing 0', 'two missing 0']);
      bench.fail('two');
      await libvuln.update();
      expect(await standing()).toEqual(['one loaded 3', 'two failed 0']);
    });

    it('keeps what came and went', async () => {
      await libvuln.update({ only: /one/ });
      bench.publish('one', { 'CVE-1': 'a', 'CVE-9': 'b' });
      await libvuln.update({ only: /one/ });
      const operations = await libvuln.operations('one');
      expect(operations.map(({ updater, added, removed }) => [updater, added, removed])).toEqual([
        ['one', 3, 0],
        ['one', 1, 2],
      ]);
      const [from = 0, to = 0] = operations.map(({ id }) => id);
      const { added, removed } = await libvuln.diff(from, to);
      expect(added.map((advisory) => advisory.name)).toEqual(['CVE-9']);
      expect(removed.map((advisory) => advisory.name).sort()).toEqual(['CVE-2', 'CVE-3']);
      expect(await libvuln.operations('two')).toEqual([]);
    });

    it('stops when its caller leaves', async () => {
      const held = bench.hold('one');
      const leaver = new AbortController();
      const updating = libvuln.update({ signal: leaver.signal });
      await held.arrived;
      leaver.abort();
      await expect(updating).rejects.toMatchObject({ code: 'ABORTED' });
      held.release();
      const { signal } = leaver;
      await expect(libvuln.update({ signal })).rejects.toMatchObject({ code: 'ABORTED' });
      await expect(libvuln.scan(inRelease('distro:1', 'a'), { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    });

    it('stops what runs when it is closed, and does nothing more', async () => {
      const held = bench.hold('one');
      const updating = Promise.allSettled([libvuln.update()]);
      await held.arrived;
      await libvuln[Symbol.asyncDispose]();
      expect(await updating).toMatchObject([{ status: 'rejected', reason: { code: 'ABORTED' } }]);
      held.release();
      await libvuln[Symbol.asyncDispose]();
      await expect(libvuln.update()).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await expect(libvuln.scan(inRelease('distro:1', 'a'))).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
      await expect(libvuln.status()).rejects.toMatchObject({ code: 'USAGE_CLOSED' });
    });
  });
}

function namesOf({ vulnerabilities }: VulnerabilityReport): readonly string[] {
  return [...vulnerabilities.values()].map(({ name }) => name).sort();
}
