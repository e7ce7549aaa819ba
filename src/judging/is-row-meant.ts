import type { AffectedPackage, IndexRecord, RawRange } from '../core/index.ts';
import { isArchMeant } from './arch.ts';
import type { MatcherPlan } from './matcher-plan.ts';

/** What a row says beside versions. */
export interface RowScope {
  readonly package: Pick<AffectedPackage, 'arch' | 'archOperation' | 'module'>;
  readonly range: RawRange;
}

/** Whether the row speaks of that package, versions apart: architecture, module, whether there is a fix. */
export function isRowMeant(row: RowScope, { package: found }: IndexRecord, { asksArch, asksModule, asksFix }: MatcherPlan): boolean {
  if (!isArchMeant(row.package, found.arch)) return false;
  if (asksArch && row.package.arch !== found.arch) return false;
  if (asksModule && row.package.module !== found.module) return false;
  return !asksFix || row.range.fixed !== undefined;
}
