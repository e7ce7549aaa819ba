import type { DistributionId } from './ids.ts';

/** A distribution as its release file names it; unknown fields are empty. */
export interface DistributionFacts {
  /** `ID` of os-release(5), e.g. `debian`. */
  readonly did: string;
  readonly name: string;
  readonly version: string;
  readonly versionCodeName: string;
  readonly versionId: string;
  readonly arch: string;
  readonly cpe: string;
  readonly prettyName: string;
}

export interface Distribution extends DistributionFacts {
  readonly id: DistributionId;
}
