import type { AdvisoryRow, Namespace } from '../../contracts/index.ts';
import type { AffectedPackage, RawRange } from '../../core/index.ts';
import { sha256Hex } from '../../runtime/index.ts';

/*
 * What an advisory says, as text to be hashed: every field at a fixed place and every free text behind its length, so that no two
 * advisories share one. By hand, for it runs for every row of a feed: JSON takes three times as long.
 */

export function saidText(value: string | undefined): string {
  return value === undefined ? '-' : `${value.length}:${value}`;
}

export function saidList(values: readonly string[]): string {
  let text = `${values.length}[`;
  for (const value of values) text += saidText(value);
  return text;
}

/**
 * A digest in place of the text itself: it stands before every row.
 * @param keyVersion of its scheme: rows whose keys would be other bytes are other rows
 */
export function saidNamespace({ key, scheme, distribution, repository }: Namespace, keyVersion: number): string {
  return sha256Hex(JSON.stringify([key, scheme, keyVersion, distribution ?? null, repository ?? null])).slice(0, 32);
}

export function saidPackage({ name, kind, module, arch, archOperation }: AffectedPackage): string {
  return `${saidText(name)}${kind};${saidText(module)}${saidText(arch)}${archOperation};`;
}

export function saidRange({ introduced, fixed, lastAffected }: RawRange): string {
  return saidText(introduced) + saidText(fixed) + saidText(lastAffected);
}

export function saidStatus({ status, fixState, severity = '', normalizedSeverity }: Omit<AdvisoryRow, 'namespace' | 'range'>): string {
  return `${status};${fixState};${normalizedSeverity};${saidText(severity)}`;
}
