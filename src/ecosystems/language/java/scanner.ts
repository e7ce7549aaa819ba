import type { LayerFile } from '../../../contracts/index.ts';
import { throwIfAborted, type RepositoryFacts } from '../../../core/index.ts';
import { createFilePackageScanner, readProjectLists, type FileReading } from '../../../families/index.ts';
import { bytesSource, type ZipSource } from '../../../formats/zip/index.ts';
import { Sha1 } from '../../../runtime/index.ts';
import { LayerBudget } from './archive-budget.ts';
import { archiveKind } from './archive-name.ts';
import { ArchiveWalk, isZip } from './archive-walk.ts';
import { parseGradleLockfile } from './gradle-lockfile.ts';

const repository: RepositoryFacts = Object.freeze({ name: 'maven', key: '', uri: 'https://central.sonatype.com/', cpe: '' });
const lists = readProjectLists([{ file: 'gradle.lockfile', trees: ['build', 'lib', 'libs'], parse: parseGradleLockfile }]);

/** Bytes of the least ZIP archive: an end of a directory without entries. */
const leastArchive = 22;
/** Archives up to this many bytes are read at once. */
const readWhole = 16 * 1024 * 1024;
const blockBytes = 1024 * 1024;

/** Artifacts in Java archives, and in archives packed in those: by `pom.properties`, else manifest, else file name; and what Gradle's lock file declares. */
export const javaScanner = createFilePackageScanner({
  name: 'java',
  version: 2,
  repository,
  wants(path, header, peek) {
    const kind = archiveKind(path);
    if (kind === 'no') return lists.wants(path, header);
    if (header.size < leastArchive) return 'no';
    if (kind === 'archive') return 'file';
    if (!peek) return 'peek';
    return isZip(peek) ? 'file' : 'no';
  },
  reader({ signal }) {
    const budget = new LayerBudget();
    const readList = lists.open();
    return async (file) => (archiveKind(file.path) === 'no' ? await readList(file) : await readArchive(file, budget, signal));
  },
});

async function readArchive(file: LayerFile, budget: LayerBudget, signal: AbortSignal | undefined): Promise<FileReading> {
  const walk = new ArchiveWalk(file.path, budget, signal);
  const { source, sha1 } = await openFile(file, signal);
  await walk.readFile(file.path, source, sha1);
  const packages = walk.artifacts().map(({ coordinates: { name, version }, archive }) => ({ name, version, archive }));
  return { packages, diagnostics: walk.diagnostics() };
}

async function openFile(file: LayerFile, signal: AbortSignal | undefined): Promise<{ readonly source: ZipSource; readonly sha1: string }> {
  const { size } = file.header;
  const hash = new Sha1();
  if (size <= readWhole) {
    const bytes = await file.read(0, size);
    return { source: bytesSource(bytes), sha1: hash.update(bytes).hex() };
  }
  for (let at = 0; at < size; at += blockBytes) {
    throwIfAborted(signal);
    hash.update(await file.read(at, blockBytes));
  }
  return { source: { size, read: (offset, length) => file.read(offset, length) }, sha1: hash.hex() };
}
