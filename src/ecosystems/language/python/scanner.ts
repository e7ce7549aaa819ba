import { definePackageScanner, type FoundPackage, type LayerFile } from '../../../contracts/index.ts';
import { diagnostic, throwIfAborted, unreachable, type Diagnostic, type RepositoryFacts } from '../../../core/index.ts';
import { detectorUrn, excerpt } from '../../../families/index.ts';
import { parseCoreMetadata } from './core-metadata.ts';
import { metadataPlace } from './is-metadata.ts';
import { normalizeName } from './normalize-name.ts';

const identity = { name: 'python', version: 1, kind: 'package' } as const;
const detector = detectorUrn(identity);

const repository: RepositoryFacts = Object.freeze({ name: 'pypi', key: '', uri: 'https://pypi.org/', cpe: '' });

/** Installed distributions: the metadata of wheels, eggs and what distutils installed, anywhere. */
export const pythonScanner = definePackageScanner({
  ...identity,
  wants: (path) => (metadataPlace(path) === undefined ? 'no' : 'bytes'),
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
  const metadata = parseCoreMetadata(await file.bytes());
  switch (metadata.kind) {
    case 'package': {
      const name = normalizeName(metadata.name);
      const facts = { name, version: metadata.version, kind: 'binary', arch: '', module: '', cpe: '', detector } as const;
      return { facts, origin: 'file', path, repository };
    }
    case 'unidentified':
      return diagnostic('FILE_UNIDENTIFIED', { path, data: { name: excerpt(metadata.name) } });
    case 'unparsable':
      return diagnostic('FILE_UNPARSABLE', { path });
    default:
      return unreachable(metadata);
  }
}
