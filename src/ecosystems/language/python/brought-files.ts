import type { BroughtFile } from '../../../contracts/index.ts';

/** Enough for two versions to differ. */
const most = 8;
const longestPath = 1024;

/**
 * The largest modules that `RECORD` lists (packaging.python.org, "Recording installed projects": CSV of path, hash and size), with their sizes. Paths
 * are relative to the directory that holds the `dist-info`.
 * @param directory of the metadata, e.g. `site-packages/demo-1.0.dist-info`
 */
export function broughtFiles(record: Uint8Array, directory: string): readonly BroughtFile[] {
  const parent = directory.slice(0, directory.lastIndexOf('/') + 1);
  const largest: BroughtFile[] = [];
  for (const line of new TextDecoder().decode(record).split('\n')) {
    const file = moduleOf(line, parent);
    if (!file || (largest.length === most && !isBefore(file, largest[most - 1]))) continue;
    const at = largest.findIndex((other) => isBefore(file, other));
    largest.splice(at < 0 ? largest.length : at, 0, file);
    if (largest.length > most) largest.pop();
  }
  return largest;
}

/** A path with a comma in it is quoted; no module has one. */
function moduleOf(line: string, parent: string): BroughtFile | undefined {
  if (line.length > longestPath) return undefined;
  const [path = '', hash = '', size = ''] = line.trimEnd().split(',');
  const isModule = path.endsWith('.py') && !path.startsWith('/') && !path.startsWith('"') && !path.split('/').includes('..');
  return isModule && hash !== '' && /^\d{1,12}$/u.test(size) ? { path: `${parent}${path}`, size: Number(size) } : undefined;
}

function isBefore(a: BroughtFile, b: BroughtFile | undefined): boolean {
  return b === undefined || a.size > b.size || (a.size === b.size && a.path < b.path);
}
