import { definePackageScanner, type FoundPackage, type LayerFile } from '../../../contracts/index.ts';
import { throwIfAborted, type Diagnostic, type RepositoryFacts } from '../../../core/index.ts';
import { detectorUrn } from '../../../families/index.ts';
import { bytesSource, type ZipSource } from '../../../formats/zip/index.ts';
import { Sha1 } from '../../../runtime/index.ts';
import { LayerBudget } from './archive-budget.ts';
import { archiveKind } from './archive-name.ts';
import { ArchiveWalk, isZip, type FoundArtifact } from './archive-walk.ts';

const identity = { name: 'java', version: 1, kind: 'package' } as const;
const detector = detectorUrn(identity);

const repository: RepositoryFacts = Object.freeze({ name: 'maven', key: '', uri: 'https://central.sonatype.com/', cpe: '' });

/** Bytes of the least ZIP archive: an end of a directory without entries. */
const leastArchive = 22;
/** Archives up to this many bytes are read at once. */
const readWhole = 16 * 1024 * 1024;
const blockBytes = 1024 * 1024;

/** Artifacts in Java archives, and in archives packed in those: by `pom.properties`, else manifest, else file name. */
export const javaScanner = definePackageScanner({
  ...identity,
  wants(path, { size }, peek) {
    const kind = archiveKind(path);
    if (kind === 'no' || size < leastArchive) return 'no';
    if (kind === 'archive') return 'file';
    if (!peek) return 'peek';
    return isZip(peek) ? 'file' : 'no';
  },
  async scan(files, options) {
    const packages: FoundPackage[] = [];
    const diagnostics: Diagnostic[] = [];
    const budget = new LayerBudget();
    for (const file of files) {
      throwIfAborted(options?.signal);
      const walk = new ArchiveWalk(file.path, budget, options?.signal);
      const { source, sha1 } = await openFile(file, options?.signal);
      await walk.readFile(file.path, source, sha1);
      for (const artifact of walk.artifacts()) packages.push(toPackage(artifact, file.path));
      diagnostics.push(...walk.diagnostics());
    }
    return { packages, diagnostics };
  },
});

function toPackage({ coordinates: { name, version }, archive }: FoundArtifact, path: string): FoundPackage {
  const facts = { name, version, kind: 'binary', arch: '', module: '', cpe: '', detector } as const;
  return { facts, origin: 'file', path, repository, archive };
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
