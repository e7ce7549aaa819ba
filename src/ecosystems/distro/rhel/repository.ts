import { defineRepositoryScanner, type Findings, type LayerFile } from '../../../contracts/index.ts';
import { distributionRepositoryKeys, repositoryUriOfId, type RepositoryFacts } from '../../../core/index.ts';
import { FileDiagnostics, isDnfHistory, readDnfHistory } from '../../../families/index.ts';
import { readContentManifest } from './content-manifest.ts';

/** Where Red Hat's builds leave the list of repositories of a layer, in the order in which it is looked for. */
const manifestFolders = ['root/buildinfo/content_manifests/', 'usr/share/buildinfo/content_manifests/', 'usr/share/buildinfo/'];
/** Beside the manifests, with the labels of the image. */
const labelsName = 'labels.json';

/** The repositories that the packages of a layer were installed from, by their ids: what products they are of is told by a feed, and later. */
export const rhelRepositoryScanner = defineRepositoryScanner({
  name: 'rhel-repository',
  version: 1,
  kind: 'repository',
  wants(path) {
    if (isDnfHistory(path)) return 'file';
    return folderOf(path) === undefined ? 'no' : 'bytes';
  },
  async scan(files): Promise<Findings> {
    const [manifest] = manifestFolders.flatMap((folder) => files.filter(({ path }) => folderOf(path) === folder));
    const said = manifest && (await scanManifest(manifest, files));
    return said ?? (await scanHistory(files));
  },
});

/** Undefined where the manifest leaves it to the history. */
async function scanManifest(file: LayerFile, files: readonly LayerFile[]): Promise<Findings | undefined> {
  const { path } = file;
  const manifest = readContentManifest(new TextDecoder().decode(await file.bytes()));
  if (manifest === undefined) {
    const odd = new FileDiagnostics(path);
    odd.add('FILE_UNPARSABLE', { form: 'content manifest' });
    const { repositories = [], diagnostics = [] } = await scanHistory(files);
    return { repositories, diagnostics: [...odd.list(), ...diagnostics] };
  }
  // What it lists then is what the build might have used; the package manager's history tells what it did.
  if (manifest.isFromHistory) return undefined;
  return { repositories: manifest.contentSets.map((id) => ({ facts: repositoryFacts(id), path })) };
}

/** What the package manager says that it did, where it is in the layer. */
async function scanHistory(files: readonly LayerFile[]): Promise<Findings> {
  const history = await readDnfHistory(files);
  if (!history) return {};
  const { path } = history;
  if ('repositories' in history) return { repositories: history.repositories.map((id) => ({ facts: repositoryFacts(id), path })) };
  const odd = new FileDiagnostics(path);
  odd.add('FILE_UNPARSABLE', { form: 'history of dnf' });
  return { diagnostics: odd.list() };
}

/** @param id as dnf has it, e.g. `rhel-8-for-x86_64-baseos-rpms` */
export function repositoryFacts(id: string): RepositoryFacts {
  return { name: id, key: distributionRepositoryKeys.id, uri: repositoryUriOfId(id), cpe: '' };
}

function folderOf(path: string): string | undefined {
  if (!path.endsWith('.json') || path.endsWith(`/${labelsName}`)) return undefined;
  return manifestFolders.find((folder) => path.startsWith(folder) && !path.slice(folder.length).includes('/'));
}
