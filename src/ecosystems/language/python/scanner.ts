import type { LayerFile } from '../../../contracts/index.ts';
import type { Installation, RepositoryFacts } from '../../../core/index.ts';
import { createFilePackageScanner, readingOf, readProjectLists, type FileReading, type ScannedFiles } from '../../../families/index.ts';
import { parseCoreMetadata } from './core-metadata.ts';
import { directUrlSource, installerName, isInstallationRecord, recordsBeside } from './installation-records.ts';
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
  reader: (files) => async (file) => {
    const { path } = file;
    if (metadataPlace(path) !== undefined) return await readMetadata(file, files);
    if (isInstallationRecord(path)) return undefined;
    if (isVendoredList(path)) return await readVendoredList(file);
    return isZippedEgg(path) ? await readZippedEgg(file, files.signal) : await lists.read(file);
  },
});

async function readMetadata(file: LayerFile, files: ScannedFiles): Promise<FileReading> {
  const named = parseCoreMetadata(await file.bytes());
  if (named.kind !== 'package') return readingOf(file.path, named);
  const installation = await readInstallation(file.path, files);
  return readingOf(file.path, { ...named, ...(installation && { installation }) });
}

/** What pip and the like wrote beside the metadata of a wheel. */
async function readInstallation(path: string, files: ScannedFiles): Promise<Installation | undefined> {
  const beside = recordsBeside(path);
  const [installerFile, urlFile] = [files.at(beside.installer), files.at(beside.directUrl)];
  const installer = installerFile && installerName(await installerFile.bytes());
  const source = urlFile && directUrlSource(await urlFile.bytes());
  if (installer === undefined && source === undefined) return undefined;
  return { ...(installer !== undefined && { installer }), ...(source !== undefined && { source }) };
}
