import type { OpenImageRequest } from '../../contracts/index.ts';
import { diagnostic, throwIfAborted, type Diagnostic, type Digest, type EntryHeader, type Limits } from '../../core/index.ts';
import { Sha256 } from '../../runtime/index.ts';
import { walkDirectory, type WalkedEntry, type WalkOptions } from './directory-walk.ts';
import { readHead, readNative } from './read-native.ts';

export interface DirectoryDigest {
  readonly digest: Digest;
  readonly diagnostics: readonly Diagnostic[];
}

export interface DirectoryDigestOptions extends WalkOptions {
  readonly wants: OpenImageRequest['wants'];
  readonly limits: Pick<Limits, 'fileBytes' | 'randomAccessBytes'>;
}

const peekBytes = 4096;
/** Beyond so many places that cannot be read, the rest is only counted. */
const maxDiagnostics = 100;

/**
 * What names a directory tree: SHA-256 over the files that scanners ask for, with their content, and over all symbolic links. A change
 * of anything else changes nothing. A wanted file that is larger than its limit counts with its size: nobody is given it.
 *
 * @throws AbortedError
 */
export async function digestDirectory(root: string, options: DirectoryDigestOptions): Promise<DirectoryDigest> {
  const hash = new Sha256();
  const unreadable: string[] = [];
  const add = (...parts: readonly string[]): void => {
    for (const part of parts) hash.update(`${part}\0`);
  };
  for await (const entry of walkDirectory(root, options)) {
    const { path, header } = entry;
    if (entry.unreadable && isMissed(path, entry.unreadable, options.wants)) unreadable.push(path);
    if (header.type === 'symlink') add(path, 'symlink', header.linkTarget ?? '');
    if (header.type !== 'file') continue;
    const content = await contentOf(entry, options).catch((error: unknown) => {
      throwIfAborted(options.signal);
      if (!(error instanceof Error && 'code' in error)) throw error;
      unreadable.push(path);
      return 'unreadable';
    });
    if (content !== undefined) add(path, 'file', content);
  }
  return { digest: hash.digest(), diagnostics: toDiagnostics(unreadable) };
}

/** Whether a scanner might have wanted it, or what is in it. */
function isMissed(path: string, header: EntryHeader, wants: OpenImageRequest['wants']): boolean {
  return header.type !== 'file' || wants(path, header) !== 'no';
}

/** What stands for the content of a wanted file; undefined for one that nobody wants. */
async function contentOf({ path, header, native }: WalkedEntry, options: DirectoryDigestOptions): Promise<string | undefined> {
  let want = options.wants(path, header);
  if (want === 'peek') want = options.wants(path, header, readHead(native, Math.min(peekBytes, header.size)));
  if (want === 'no' || want === 'peek') return undefined;
  const limit = want === 'bytes' ? options.limits.fileBytes : options.limits.randomAccessBytes;
  if (header.size > limit) return `size ${header.size}`;
  const hash = new Sha256();
  for await (const chunk of readNative(native, header.size, options)) hash.update(chunk);
  return hash.hex();
}

function toDiagnostics(paths: readonly string[]): readonly Diagnostic[] {
  const named = paths.slice(0, maxDiagnostics).map((path) => diagnostic('FILE_UNREADABLE', { path }));
  if (paths.length <= maxDiagnostics) return named;
  return [...named, diagnostic('FILE_UNREADABLE', { data: { more: paths.length - maxDiagnostics } })];
}
