import { definePackageScanner, type FoundPackage, type LayerFile } from '../../../contracts/index.ts';
import { diagnostic, throwIfAborted, unreachable, type Diagnostic, type RepositoryFacts } from '../../../core/index.ts';
import { detectorUrn, excerpt } from '../../../families/index.ts';
import { parsePackageJson } from './package-json.ts';

const identity = { name: 'npm', version: 1, kind: 'package' } as const;
const detector = detectorUrn(identity);

const repository: RepositoryFacts = Object.freeze({ name: 'npm', key: '', uri: 'https://www.npmjs.com/', cpe: '' });

/** Packages installed by npm, pnpm and yarn: `node_modules/NAME/package.json`, anywhere, with a name and a version. */
export const npmScanner = definePackageScanner({
  ...identity,
  wants: (path) => (isInstalledPackage(path) ? 'bytes' : 'no'),
  async scan(files, options) {
    const packages: FoundPackage[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const file of files) {
      throwIfAborted(options?.signal);
      const found = await read(file);
      if (found === undefined) continue;
      if ('facts' in found) packages.push(found);
      else diagnostics.push(found);
    }
    return { packages, diagnostics };
  },
});

async function read(file: LayerFile): Promise<FoundPackage | Diagnostic | undefined> {
  const { path } = file;
  const json = parsePackageJson(await file.bytes());
  switch (json.kind) {
    case 'package': {
      const facts = { name: json.name, version: json.version, kind: 'binary', arch: '', module: '', cpe: '', detector } as const;
      return { facts, origin: 'file', path, repository };
    }
    case 'marker':
      return undefined;
    case 'unidentified':
      return diagnostic('FILE_UNIDENTIFIED', { path, data: { name: excerpt(json.name) } });
    case 'unparsable':
      return diagnostic('FILE_UNPARSABLE', { path });
    default:
      return unreachable(json);
  }
}

const manifest = '/package.json';
const modules = 'node_modules';

/** `node_modules/NAME/package.json` or `node_modules/@SCOPE/NAME/package.json`, at any depth. Hidden names are package managers' own. */
function isInstalledPackage(path: string): boolean {
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
