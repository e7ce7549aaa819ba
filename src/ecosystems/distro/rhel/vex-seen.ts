import type { Fingerprint, Validators } from '../../../contracts/index.ts';
import { member, text } from '../../../formats/json-stream/index.ts';
import { sha256Hex } from '../../../runtime/index.ts';
import type { ListedDocument } from './document-list.ts';

/** What was there the last time. */
export interface VexSeen {
  /** Name of the archive that was loaded. */
  readonly archive?: string | undefined;
  readonly changes?: Validators | undefined;
  readonly deletions?: Validators | undefined;
  /** ms; up to when the list of changes told. Absent where there was none: what changed cannot be told then. */
  readonly until?: number | undefined;
  readonly deleted?: SeenDeletions | undefined;
}

/** The documents that were gone: lines come on top of them, and none of them goes away unless documents are there again without having changed. */
export interface SeenDeletions {
  /** ms; of the newest. */
  readonly until: number;
  readonly digest: string;
}

export function writeSeen(seen: VexSeen): Fingerprint {
  return JSON.stringify(seen);
}

/** What cannot be read is no reason to fail: all is then fetched anew. */
export function readSeen(fingerprint: Fingerprint | undefined): VexSeen {
  if (fingerprint === undefined || fingerprint === '') return {};
  try {
    const written: unknown = JSON.parse(fingerprint);
    return {
      archive: text(member(written, 'archive')),
      changes: readValidators(member(written, 'changes')),
      deletions: readValidators(member(written, 'deletions')),
      until: readInstant(member(written, 'until')),
      deleted: readDeleted(member(written, 'deleted')),
    };
  } catch {
    return {};
  }
}

export function seenDeletions(deletions: readonly ListedDocument[]): SeenDeletions {
  const until = deletions.reduce((newest, { at }) => Math.max(newest, at), 0);
  return { until, digest: digestUpTo(deletions, until) };
}

/** Whether all that was gone then is gone now. */
export function areStillDeleted({ until, digest }: SeenDeletions, deletions: readonly ListedDocument[]): boolean {
  return digestUpTo(deletions, until) === digest;
}

function digestUpTo(deletions: readonly ListedDocument[], until: number): string {
  const lines = deletions.filter(({ at }) => at <= until).map(({ path, at }) => `${at} ${path}\n`);
  return sha256Hex(lines.sort().join('')).slice(0, 32);
}

function readDeleted(written: unknown): SeenDeletions | undefined {
  const [until, digest] = [readInstant(member(written, 'until')), text(member(written, 'digest'))];
  return until === undefined || digest === undefined ? undefined : { until, digest };
}

function readInstant(written: unknown): number | undefined {
  return typeof written === 'number' && Number.isSafeInteger(written) ? written : undefined;
}

function readValidators(written: unknown): Validators {
  return { etag: text(member(written, 'etag')), lastModified: text(member(written, 'lastModified')) };
}
