import { accessSync, constants, lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { geteuid } from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { compareText, throwIfAborted, type EntryHeader } from '../../core/index.ts';

/** A path of this machine: text, or bytes where they are not UTF-8. */
export type NativePath = string | Buffer;

/** An entry of a directory tree. */
export interface WalkedEntry {
  /** Relative to the root, `/` between parts, bytes that are not UTF-8 replaced. */
  readonly path: string;
  readonly header: EntryHeader;
  readonly native: NativePath;
  /** Of what is there and cannot be read, what it is; `header` then says `other`. */
  readonly unreadable?: EntryHeader;
}

export interface WalkOptions {
  /** Paths that are left out with all that is in them. */
  readonly skipped: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
}

interface Directory {
  readonly path: string;
  readonly native: NativePath;
}

/**
 * Entries between turns of the event loop. The calls are synchronous: a thread for each costs ten times what `lstat` takes,
 * and trees have hundreds of thousands of files.
 */
const entriesPerTurn = 2048;

/**
 * Every entry below the root, a directory before what is in it, names in the order of their code units. Links are not followed;
 * what vanishes meanwhile is left out.
 *
 * @throws AbortedError
 */
export async function* walkDirectory(root: string, options: WalkOptions): AsyncGenerator<WalkedEntry> {
  const open: Directory[] = [{ path: '', native: root }];
  let count = 0;
  for (let directory = open.pop(); directory; directory = open.pop()) {
    const names = listNames(directory.native);
    if (directory.path !== '') yield directoryEntry(directory, names === undefined);
    const below: Directory[] = [];
    for (const name of names ?? []) {
      throwIfAborted(options.signal);
      count += 1;
      if (count % entriesPerTurn === 0) await setImmediate();
      const path = directory.path === '' ? name.toString() : `${directory.path}/${name.toString()}`;
      if (options.skipped.has(path)) continue;
      const native = joinNative(directory.native, name);
      const stats = lstat(native);
      if (stats?.isDirectory() === true) below.push({ path, native });
      else if (stats) yield toEntry(path, native, stats);
    }
    open.push(...below.toReversed());
  }
}

function directoryEntry({ path, native }: Directory, isUnreadable: boolean): WalkedEntry {
  const header: EntryHeader = { type: 'directory', size: 0, mode: permissions(lstat(native)) };
  return isUnreadable ? closed(path, native, header) : { path, native, header };
}

function toEntry(path: string, native: NativePath, stats: Stats): WalkedEntry {
  const mode = permissions(stats);
  if (stats.isSymbolicLink()) {
    const linkTarget = orUndefined(() => readlinkSync(native));
    if (linkTarget === undefined) return closed(path, native, { type: 'symlink', size: 0, mode });
    return { path, native, header: { type: 'symlink', size: 0, mode, linkTarget } };
  }
  if (!stats.isFile()) return { path, native, header: { type: 'other', size: 0, mode } };
  const header: EntryHeader = { type: 'file', size: stats.size, mode };
  return isReadable(native) ? { path, native, header } : closed(path, native, header);
}

function closed(path: string, native: NativePath, unreadable: EntryHeader): WalkedEntry {
  return { path, native, unreadable, header: { type: 'other', size: 0, mode: unreadable.mode } };
}

/** Sorted; undefined where the directory cannot be read. */
function listNames(directory: NativePath): readonly NativePath[] | undefined {
  return orUndefined(() => {
    const names = readdirSync(directory, 'utf8');
    // Names that are not UTF-8 must be asked for as bytes, or they cannot be opened.
    if (!names.some((name) => name.includes('\uFFFD'))) return names.toSorted(compareText);
    return readdirSync(directory, 'buffer').toSorted((a, b) => compareText(a.toString('latin1'), b.toString('latin1')));
  });
}

function isReadable(path: NativePath): boolean {
  // The superuser may read all: asking for each file would be in vain.
  if (geteuid?.() === 0) return true;
  return orUndefined(() => (accessSync(path, constants.R_OK), true)) === true;
}

function lstat(path: NativePath): Stats | undefined {
  return orUndefined(() => lstatSync(path));
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function permissions(stats: Stats | undefined): number {
  return (stats?.mode ?? 0) & 0o7777;
}

function joinNative(directory: NativePath, name: NativePath): NativePath {
  if (typeof directory === 'string' && typeof name === 'string') return directory === '/' ? `/${name}` : `${directory}/${name}`;
  return Buffer.concat([Buffer.from(directory), Buffer.from('/'), Buffer.from(name)]);
}
