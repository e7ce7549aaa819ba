import { definePackageScanner, type Findings, type FoundPackage, type LayerFile } from '../../../contracts/index.ts';
import type { Diagnostic } from '../../../core/index.ts';
import { FileDiagnostics } from '../../../families/index.ts';
import { containerOfDockerfile, containerOfLabels, containerScannerIdentity } from './container-facts.ts';

const dockerfilePrefix = 'root/buildinfo/Dockerfile-';
const labelPaths: ReadonlySet<string> = new Set(['root/buildinfo/labels.json', 'usr/share/buildinfo/labels.json']);
/** Real ones have some ten thousand. */
const mostBytes = 1024 * 1024;

/** Images of Red Hat's catalogue as packages: each build leaves in a layer which image it made. */
export const rhelContainerScanner = definePackageScanner({
  ...containerScannerIdentity,
  wants: (path) => (path.startsWith(dockerfilePrefix) || labelPaths.has(path) ? 'bytes' : 'no'),
  async scan(files): Promise<Findings> {
    const packages: FoundPackage[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const file of files) {
      const { path } = file;
      const found = file.header.size > mostBytes ? undefined : await read(file);
      if (found) packages.push({ ...found, origin: 'file', path });
      else {
        const odd = new FileDiagnostics(path);
        odd.add('FILE_UNPARSABLE', { form: 'labels of a container' });
        diagnostics.push(...odd.list());
      }
    }
    return { packages, diagnostics };
  },
});

async function read(file: LayerFile): Promise<ReturnType<typeof containerOfLabels>> {
  const source = new TextDecoder().decode(await file.bytes());
  if (labelPaths.has(file.path)) return containerOfLabels(source);
  return containerOfDockerfile(file.path.slice(file.path.lastIndexOf('/') + 1), source);
}
