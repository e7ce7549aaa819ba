import { createReadStream } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseVexArchive } from '../../src/ecosystems/distro/rhel/advisory.ts';
import { missing, scratchDirectory } from '../support/shared-data.ts';
import { hydraPath, readHydra, splitNevr, toVexDocument, vexHost, writeVexMirror, type HydraCve } from '../support/vex-documents.ts';

const skip = missing(hydraPath) ?? (process.env['CLAIRCORE_FULL'] === undefined ? 'set CLAIRCORE_FULL' : undefined);

/** What the API says of a CVE, each once: a second count that shares nothing with products, relationships and groups. */
function statementsOf({ affected_release = [], package_state = [] }: HydraCve): Record<string, number> {
  const fixed = affected_release.flatMap(({ cpe, package: nevr }) => {
    const found = splitNevr(nevr ?? '');
    return found ? [`${cpe} ${found.name} ${found.epoch}:${found.evr}`] : [];
  });
  const states = package_state.filter(({ package_name }) => !/[/:]/.test(package_name));
  const isClear = (state: string): boolean => state === 'Not affected';
  const isOpen = (state: string): boolean => state === 'Under investigation';
  const count = (isMeant: (state: string) => boolean): number =>
    new Set(states.filter(({ fix_state }) => isMeant(fix_state)).map(({ cpe, package_name }) => `${cpe} ${package_name}`)).size;
  return {
    fixed: new Set(fixed).size,
    affected: count((state) => !isClear(state) && !isOpen(state)),
    not_affected: count(isClear),
    undetermined: count(isOpen),
  };
}

describe.skipIf(skip !== undefined)(
  `all CVEs of Red Hat's API as one VEX archive${skip === undefined ? '' : ` (skipped: ${skip})`}`,
  () => {
    it('give as many rows of each kind as the API has statements', { timeout: 600_000 }, async () => {
      using scratch = scratchDirectory();
      const expected: Record<string, number> = { fixed: 0, affected: 0, not_affected: 0, undetermined: 0 };
      async function* documents(): AsyncGenerator<{ name: string; document: object }> {
        for await (const cve of readHydra()) {
          for (const [kind, count] of Object.entries(statementsOf(cve))) expected[kind] = (expected[kind] ?? 0) + count;
          yield { name: cve.name, document: toVexDocument(cve) };
        }
      }
      await writeVexMirror(scratch.path, documents(), {});
      const archive = `${scratch.path}/${vexHost}/data/csaf/v2/vex/csaf_vex_2025-01-01.tar.zst`;
      const counted: Record<string, number> = { fixed: 0, affected: 0, not_affected: 0, undetermined: 0 };
      for await (const { rows } of parseVexArchive(createReadStream(archive), 'vex')) {
        for (const { status, range } of rows) {
          const kind = range.fixed === undefined ? status : 'fixed';
          counted[kind] = (counted[kind] ?? 0) + 1;
        }
      }
      expect(counted).toEqual(expected);
      expect(Object.values(counted).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(380_000);
    });
  },
);
