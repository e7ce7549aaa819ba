import type { FoundOwnership, LayerFile } from '../../../contracts/index.ts';
import { throwIfAborted, type PackageFacts } from '../../../core/index.ts';
import { excerpt, type FileDiagnostics } from '../../../families/index.ts';
import {
  detectRpmDatabase,
  parseHeader,
  readOwnedFiles,
  readRpmDatabase,
  toRpmPackage,
  type FileListBudget,
  type HeaderValues,
  type RandomAccess,
  type RpmRecord,
} from '../../../formats/rpmdb/index.ts';
import { isDistributionVendor } from './distribution-vendors.ts';
import { isKey, toPackageFacts } from './package-facts.ts';

/** What a database lists. */
export interface RpmListing {
  readonly packages: readonly PackageFacts[];
  readonly ownership: readonly Omit<FoundOwnership, 'path'>[];
}

/** Of all paths of a database, 32 for each beside its own length: about 130,000 files. */
const mostFileText = 12 * 1024 * 1024;
/** Bytes from the start by which the form of a database is known. */
const headBytes = 4096;

/** What damages just these is told, but the package is still known by name and version. */
const minorEntries: ReadonlySet<string> = new Set([
  'sourceRpm',
  'modularityLabel',
  'vendor',
  'installTime',
  'payloadDigest',
  'payloadDigestAlgorithm',
]);
const identityEntries: ReadonlySet<string> = new Set(['name', 'epoch', 'version', 'release', 'arch']);

export interface ReadDatabaseOptions {
  /** The write-ahead log beside it. */
  readonly log?: LayerFile | undefined;
  readonly odd: FileDiagnostics;
  readonly signal?: AbortSignal | undefined;
}

/** Reads a database of any form; undefined where it is none. Whatever cannot be read of it is said. */
export async function readDatabase(file: LayerFile, { log, odd, signal }: ReadDatabaseOptions): Promise<RpmListing | undefined> {
  const kind = detectRpmDatabase(await file.read(0, headBytes));
  if (kind === undefined) return undefined;
  const packages: PackageFacts[] = [];
  const ownership: Omit<FoundOwnership, 'path'>[] = [];
  const budget: FileListBudget = { left: mostFileText };
  for await (const item of readRpmDatabase(kind, randomAccess(file), { log: log && randomAccess(log) })) {
    throwIfAborted(signal);
    if (item.kind === 'fault') {
      const { kind: _kind, ...data } = item;
      odd.add('PACKAGE_DATABASE_DAMAGED', { ...data });
      continue;
    }
    const found = readRecord(item, odd, budget);
    if (!found) continue;
    packages.push(found.facts);
    if (found.files.length > 0) ownership.push({ packageName: found.facts.name, arch: found.facts.arch, files: found.files });
  }
  return { packages, ownership };
}

interface FoundRecord {
  readonly facts: PackageFacts;
  readonly files: readonly string[];
}

function readRecord({ number, blob }: RpmRecord, odd: FileDiagnostics, budget: FileListBudget): FoundRecord | undefined {
  const parsed = parseHeader(blob);
  if (!parsed.ok) {
    odd.add('PACKAGE_DATABASE_DAMAGED', { scope: 'record', reason: parsed.reason, number });
    return undefined;
  }
  const found = toRpmPackage(parsed.values);
  if (isKey(found)) return undefined;
  const name = excerpt(found.name);
  const lost = found.damaged.find((entry) => identityEntries.has(entry)) ?? found.damaged.find((entry) => minorEntries.has(entry));
  if (lost !== undefined) {
    odd.add('PACKAGE_DATABASE_DAMAGED', { scope: 'record', reason: 'a value leads out of its header', number, entry: lost, package: name });
    // A version without its epoch would be another version.
    if (identityEntries.has(lost)) return undefined;
  }
  const facts = toPackageFacts(found);
  if (!facts) odd.add('PACKAGE_INCOMPLETE', { number, package: name });
  return facts && { facts, files: isDistributionVendor(found.vendor) ? filesOf(parsed.values, name, odd, budget) : [] };
}

function filesOf(values: HeaderValues, name: string, odd: FileDiagnostics, budget: FileListBudget): readonly string[] {
  const { files, isCut } = readOwnedFiles(values, budget);
  if (isCut) odd.add('PACKAGE_FILES_CUT', { package: name });
  return files;
}

function randomAccess(file: LayerFile): RandomAccess {
  return { size: file.header.size, read: (offset, length) => file.read(offset, length) };
}
