import { definePackageScanner, type FoundPackage, type LayerFile } from '../../../contracts/index.ts';
import { diagnostic, throwIfAborted, unreachable, type Diagnostic, type RepositoryFacts } from '../../../core/index.ts';
import { detectorUrn, excerpt } from '../../../families/index.ts';
import { parseGemspec } from './gemspec.ts';

const identity = { name: 'ruby', version: 1, kind: 'package' } as const;
const detector = detectorUrn(identity);

const repository: RepositoryFacts = Object.freeze({ name: 'gem', key: '', uri: 'https://rubygems.org/', cpe: '' });

/** Installed gems: `specifications/NAME.gemspec`, and `specifications/default/` for those that come with Ruby. */
export const rubyScanner = definePackageScanner({
  ...identity,
  wants: (path) => (isSpecification(path) ? 'bytes' : 'no'),
  async scan(files, options) {
    const packages: FoundPackage[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const file of files) {
      throwIfAborted(options?.signal);
      const found = await read(file);
      if ('facts' in found) packages.push(found);
      else diagnostics.push(found);
    }
    return { packages, diagnostics };
  },
});

async function read(file: LayerFile): Promise<FoundPackage | Diagnostic> {
  const { path } = file;
  const gem = parseGemspec(await file.bytes());
  switch (gem.kind) {
    case 'gem': {
      const { name, version, platform } = gem;
      const facts = { name, version, kind: 'binary', arch: platform, module: '', cpe: '', detector } as const;
      return { facts, origin: 'file', path, repository };
    }
    case 'unidentified':
      return diagnostic('FILE_UNIDENTIFIED', { path, data: { name: excerpt(gem.name) } });
    case 'unparsable':
      return diagnostic('FILE_UNPARSABLE', { path });
    default:
      return unreachable(gem);
  }
}

const suffix = '.gemspec';
const directories = ['specifications/', 'specifications/default/'];

/** A project's own `.gemspec` lies elsewhere. */
function isSpecification(path: string): boolean {
  if (!path.endsWith(suffix)) return false;
  const start = path.lastIndexOf('/') + 1;
  if (path.charAt(start) === '.' || start + suffix.length >= path.length) return false;
  return directories.some((directory) => {
    const from = start - directory.length;
    return from >= 0 && path.startsWith(directory, from) && (from === 0 || path.charAt(from - 1) === '/');
  });
}
