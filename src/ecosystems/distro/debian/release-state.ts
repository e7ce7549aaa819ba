import type { AdvisoryRow } from '../../../contracts/index.ts';
import type { FixState, RawRange, Severity } from '../../../core/index.ts';
import { member, text } from '../../../formats/json-stream/index.ts';

/** What the tracker says of one release: the part of a row that does not depend on where it stands. */
export type ReleaseState = Required<Pick<AdvisoryRow, 'range' | 'status' | 'fixState' | 'severity' | 'normalizedSeverity'>>;

/**
 * Reads the state of a source package in a release, as the tracker's JSON has it:
 * `resolved` with the version that fixed it (`0`: the release never had the problem), `open`, `undetermined`.
 * Anything else is undetermined: never taken for "not affected".
 */
export function readReleaseState(value: unknown): ReleaseState | undefined {
  const status = text(member(value, 'status'));
  if (status === undefined) return undefined;
  const urgency = text(member(value, 'urgency')) ?? '';
  const state = (range: RawRange, of: AdvisoryRow['status'], fixState: FixState): ReleaseState => {
    return { range, status: of, fixState, severity: urgency, normalizedSeverity: severityOfUrgency(urgency) };
  };
  const fixed = text(member(value, 'fixed_version'));
  if (status === 'resolved' && fixed === '0') return state({}, 'not_affected', 'unknown');
  if (status === 'resolved' && fixed !== undefined) return state({ fixed }, 'affected', 'fixed');
  if (status === 'open') return state({}, 'affected', openFixState(value, urgency));
  return state({}, 'undetermined', 'under-investigation');
}

/**
 * Why there is no fix. `nodsa` (a text) says that the problem is too small for a security advisory of its own;
 * `nodsa_reason` is `ignored` where it will not be fixed, `postponed` where a later advisory will take it along,
 * and empty where a point release may.
 */
function openFixState(value: unknown, urgency: string): FixState {
  if (bareUrgency(urgency) === 'end-of-life') return 'end-of-life';
  const reason = text(member(value, 'nodsa_reason'));
  if (reason === 'ignored') return 'will-not-fix';
  return reason !== undefined || text(member(value, 'nodsa')) !== undefined ? 'deferred' : 'not-fixed';
}

const severityByUrgency: ReadonlyMap<string, Severity> = new Map([
  ['unimportant', 'Negligible'],
  ['low', 'Low'],
  ['medium', 'Medium'],
  ['high', 'High'],
]);

/** By the tracker's word. */
export function severityOfUrgency(urgency: string): Severity {
  return severityByUrgency.get(bareUrgency(urgency)) ?? 'Unknown';
}

/** The tracker marks with `*` an urgency that it took over from elsewhere (`medium**`). */
function bareUrgency(urgency: string): string {
  const star = urgency.indexOf('*');
  return star === -1 ? urgency : urgency.slice(0, star);
}
