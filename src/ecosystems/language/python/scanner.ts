import type { LayerFile } from '../../../contracts/index.ts';
import type { RepositoryFacts } from '../../../core/index.ts';
import { createFilePackageScanner, readingOf, readProjectLists, type FileReading, type ScannedFiles } from '../../../families/index.ts';
import { broughtFiles } from './brought-files.ts';
import { parseCoreMetadata } from './core-metadata.ts';
import { directUrlSource, installerName, isInstallationRecord } from './installation-records.ts';
import { pythonLists } from './lists.ts';
import { metadataPlace } from './metadata-place.ts';
import { isVendoredList, readVendoredList } from './vendored-list.ts';
import { isZippedEgg, readZippedEgg } from './zipped-egg.ts';

const repository: RepositoryFacts = Object.freeze({ name: 'pypi', key: '', uri: 'https://pypi.org/', cpe: '' });
const lists = readProjectLists(pythonLists);

/** Installed distributions: the metadata of wheels, eggs and what distutils installed, anywhere; copies that pip brings; and what lock files declare. */
export const pythonScanner = createFilePackageScanner({
  name: 'python',
  version: 2,
  repository,
  wants(path, header) {
    if (metadataPlace(path) !== undefined || isInstallationRecord(path) || isVendoredList(path)) return 'bytes';
    return isZippedEgg(path) ? 'file' : lists.wants(path, header);
  },
  reader: (files) => {
    const readList = lists.open();
    return async (file) => {
      const { path } = file;
      if (metadataPlace(path) !== undefined) return await readMetadata(file, files);
      if (isInstallationRecord(path)) return undefined;
      if (isVendoredList(path)) return await readVendoredList(file);
      return isZippedEgg(path) ? await readZippedEgg(file, files.signal) : await readList(file);
    };
  },
});

async function readMetadata(file: LayerFile, files: ScannedFiles): Promise<FileReading> {
  const named = parseCoreMetadata(await file.bytes());
  if (named.kind !== 'package') return readingOf(file.path, named);
  const directory = file.path.slice(0, file.path.lastIndexOf('/'));
  const beside = async (name: string): Promise<Uint8Array | undefined> => await files.at(`${directory}/${name}`)?.bytes();
  const [installerFile, urlFile, record] = [await beside('INSTALLER'), await beside('direct_url.json'), await beside('RECORD')];
  const [installer, source] = [installerFile && installerName(installerFile), urlFile && directUrlSource(urlFile)];
  const installation = { ...(installer !== undefined && { installer }), ...(source !== undefined && { source }) };
  const brought = record ? broughtFiles(record, directory) : [];
  return readingOf(file.path, {
    ...named,
    ...((installer !== undefined || source !== undefined) && { installation }),
    ...(brought.length > 0 && {
      exclusive: { slot: `${directory.slice(0, directory.lastIndexOf('/') + 1)} ${named.name}`, files: brought },
    }),
  });
}
