/**
 * A name out of an archive as a path inside the root: no leading slash, no empty, `.` or `..` parts; empty for the root itself.
 * `..` stops at the root, as chdir(2) does there.
 */
export function cleanPath(name: string): string {
  if (isClean(name)) return name.endsWith('/') ? name.slice(0, -1) : name;
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

/** Whether the name climbs above the root before it is cleaned. An absolute name does not: it begins there. */
export function leavesRoot(name: string): boolean {
  if (!name.includes('..')) return false;
  let depth = 0;
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    depth += part === '..' ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

/** Cheap, and right when it says yes: nearly all names are clean but for a slash at the end. */
function isClean(name: string): boolean {
  return name !== '' && !name.startsWith('/') && !name.includes('//') && !name.startsWith('.') && !name.includes('/.');
}
