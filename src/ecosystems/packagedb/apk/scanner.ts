import { definePackageScanner, type FoundOwnership, type FoundPackage } from '../../../contracts/index.ts';
import { throwIfAborted, type Diagnostic, type PackageFacts } from '../../../core/index.ts';
import { detectorUrn, excerpt, FileDiagnostics } from '../../../families/index.ts';
import { parseApkInstalled, type ApkEntry } from '../../../formats/apk-installed/index.ts';

/** The second is where apk keeps it once `/lib` is merged into `/usr/lib`. */
const databases: ReadonlySet<string> = new Set(['lib/apk/db/installed', 'usr/lib/apk/db/installed']);

const identity = { name: 'apk', version: 1, kind: 'package' } as const;
const detector = detectorUrn(identity);

/** apk's list of installed packages, at the root of the image. */
export const apkScanner = definePackageScanner({
  ...identity,
  wants: (path) => (databases.has(path) ? 'bytes' : 'no'),
  async scan(files, options) {
    const packages: FoundPackage[] = [];
    const ownership: FoundOwnership[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const file of files) {
      throwIfAborted(options?.signal);
      const { path } = file;
      const odd = new FileDiagnostics(path);
      let badLines = 0;
      for (const entry of parseApkInstalled(new TextDecoder().decode(await file.bytes()))) {
        badLines += entry.badLines;
        const facts = factsOf(entry);
        if (facts === undefined) {
          odd.add('PACKAGE_INCOMPLETE', { line: entry.line, package: excerpt(entry.name) });
          continue;
        }
        packages.push({ facts, origin: 'database', path });
        if (entry.files.length > 0)
          ownership.push({ path, packageName: entry.name, ...(entry.arch && { arch: entry.arch }), files: entry.files });
      }
      if (badLines > 0) odd.add('FILE_UNPARSABLE', { lines: badLines });
      diagnostics.push(...odd.list());
    }
    return { packages, ownership, diagnostics };
  },
});

/** A package without an origin, such as the `.name` that `apk add --virtual` makes, is its own source. */
function factsOf({ name, version, arch, origin }: ApkEntry): PackageFacts | undefined {
  if (name === '' || version === '') return undefined;
  return { name, version, kind: 'binary', arch, module: '', source: { name: origin || name, version, module: '' }, cpe: '', detector };
}
