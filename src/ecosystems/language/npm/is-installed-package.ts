const manifest = '/package.json';
const modules = 'node_modules';

/** `node_modules/NAME/package.json` or `node_modules/@SCOPE/NAME/package.json`, at any depth. Hidden names are package managers' own. */
export function isInstalledPackage(path: string): boolean {
  if (!path.endsWith(manifest)) return false;
  const nameEnd = path.length - manifest.length;
  const nameStart = path.lastIndexOf('/', nameEnd - 1) + 1;
  if (nameStart === nameEnd) return false;
  const first = path.charAt(nameStart);
  if (first === '.' || first === '@') return false;
  const parentStart = path.lastIndexOf('/', nameStart - 2) + 1;
  if (path.charAt(parentStart) !== '@') return endsInModules(path, nameStart);
  return endsInModules(path, parentStart);
}

/** Whether the directory before `end` is called node_modules. */
function endsInModules(path: string, end: number): boolean {
  const start = end - 1 - modules.length;
  return start >= 0 && path.startsWith(`${modules}/`, start) && (start === 0 || path.charAt(start - 1) === '/');
}
