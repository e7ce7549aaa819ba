import { diagnosticCodes, type DiagnosticCode, type DiagnosticLevel } from './diagnostic-codes.ts';
import type { LayerDigest } from './digest.ts';
import type { GapReason } from './coverage.ts';

/** Something that was met on the way and did not stop the work. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly level: DiagnosticLevel;
  readonly layer?: LayerDigest;
  readonly path?: string;
  readonly data: DiagnosticData;
}

export type DiagnosticData = Readonly<Record<string, string | number | boolean>>;

export interface DiagnosticPlace {
  readonly layer?: LayerDigest;
  readonly path?: string;
  readonly data?: DiagnosticData;
}

/** A diagnostic of a known code; its level is the code's. */
export function diagnostic(code: DiagnosticCode, place: DiagnosticPlace = {}): Diagnostic {
  const { layer, path, data = {} } = place;
  return { code, level: diagnosticCodes[code].level, ...(layer && { layer }), ...(path !== undefined && { path }), data };
}

/** What a diagnostic takes away from the coverage of a report, if anything. */
export function gapOf(code: DiagnosticCode): GapReason | undefined {
  const entry = diagnosticCodes[code];
  return 'gap' in entry ? entry.gap : undefined;
}
