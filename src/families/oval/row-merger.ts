import type { AdvisoryRow, Namespace } from '../../contracts/index.ts';
import type { AffectedPackage } from '../../core/index.ts';
import { archSetOf, packagesOn, toArch } from './arch-set.ts';
import type { OvalVerdict } from './oval-profile.ts';

interface Merged {
  readonly row: AdvisoryRow;
  /** `other`: what the row says itself. */
  archs: Set<string> | undefined | 'other';
}

/** What a row says, its namespace and architecture apart. */
export interface RowFacts {
  readonly package: AffectedPackage;
  readonly verdict: OvalVerdict;
  readonly machines: readonly string[] | undefined;
}

/** The rows of one definition: those that differ in architectures alone become one. */
export class RowMerger {
  readonly #rows = new Map<string, Merged>();
  readonly #pointer: string;

  constructor(pointer: string) {
    this.#pointer = pointer;
  }

  add(namespace: Namespace, { package: of, verdict, machines }: RowFacts): void {
    const listed = archSetOf(of);
    const archs = listed === undefined && machines ? packagesOn(machines) : listed;
    const { range, status, fixState } = verdict;
    const other = archs === 'other' ? `${of.archOperation} ${of.arch}` : '';
    const ends = [range.introduced ?? '', range.fixed ?? '', range.lastAffected ?? ''];
    const key = [namespace.key, of.name, of.module, other, ...ends, status, fixState].join('\0');
    const known = this.#rows.get(key);
    if (!known) {
      const row = { namespace, package: of, range, status, fixState, pointer: this.#pointer };
      this.#rows.set(key, { row, archs: archs === undefined || archs === 'other' ? archs : new Set(archs) });
    } else if (archs === undefined) known.archs = undefined;
    else if (known.archs instanceof Set && archs !== 'other') for (const arch of archs) known.archs.add(arch);
  }

  /** In the order in which they came. */
  rows(): readonly AdvisoryRow[] {
    return [...this.#rows.values()].map(({ row, archs }) => {
      return archs === 'other' ? row : { ...row, package: { ...row.package, ...toArch(archs) } };
    });
  }
}
