/** Endings of names under which Java archives lie. Files of other kinds have those of the second list too: only a ZIP archive is meant there. */
const certain: ReadonlySet<string> = new Set(['jar', 'war', 'ear', 'jpi', 'hpi']);
const shared: ReadonlySet<string> = new Set(['par', 'sar', 'nar', 'kar']);

/** What the name of a file says: a Java archive, perhaps one, none. */
export function archiveKind(path: string): 'archive' | 'perhaps' | 'no' {
  // Asked for every file of an image: the dot first.
  if (path.charCodeAt(path.length - 4) !== 0x2e) return 'no';
  const ending = path.slice(-3).toLowerCase();
  if (certain.has(ending)) return 'archive';
  return shared.has(ending) ? 'perhaps' : 'no';
}

/** Name and version of `NAME-VERSION.jar`, as Maven names files. */
export interface ArchiveName {
  readonly name: string;
  readonly version: string;
}

const qualifiers: ReadonlySet<string> = new Set(['alpha', 'beta', 'm', 'milestone', 'rc', 'cr', 'sp', 'b']);

/**
 * Reads a file's name: the version begins at the last part that begins with a digit (`log4j-1.2-api-2.17.1.jar`), or before, where only
 * parts of the same version lie between (`x-1.0-beta-3.jar`, `x-1.0-20200131.101112-4.jar`).
 */
export function parseArchiveName(path: string): ArchiveName | undefined {
  const file = path.slice(path.lastIndexOf('/') + 1, -4);
  const parts = file.split('-');
  let start = parts.findLastIndex(isNumbered);
  while (start > 1) {
    if (isNumbered(parts[start - 1])) start -= 1;
    else if (qualifiers.has(parts[start - 1]?.toLowerCase() ?? '') && isNumbered(parts[start - 2])) start -= 2;
    else break;
  }
  if (start < 1) return undefined;
  return { name: parts.slice(0, start).join('-'), version: parts.slice(start).join('-') };
}

function isNumbered(part: string | undefined): boolean {
  const first = part?.charCodeAt(0) ?? 0;
  return first >= 0x30 && first <= 0x39;
}
