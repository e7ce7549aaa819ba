import { defineRepositoryScanner, type Findings, type FoundRepository, type LayerFile } from '../../../contracts/index.ts';
import { FileDiagnostics } from '../../../families/index.ts';
import { esmOfList, esmOfStanzas } from './apt-sources.ts';
import { esmRepository, esmServices, type EsmService } from './esm.ts';
import { esmOfStatus } from './pro-status.ts';

const sourcesFolder = 'etc/apt/sources.list.d/';
const preferencesPrefix = 'etc/apt/preferences.d/ubuntu-esm-';
const statusPaths: ReadonlySet<string> = new Set(['var/lib/ubuntu-advantage/status.json', 'var/lib/ubuntu-pro/status.json']);

type Form = 'list' | 'stanzas' | 'preferences' | 'status';

/** What a path is, if it is wanted. What the client keeps for machines that are not attached (`…/apt-esm/etc/apt/…`) is no source of theirs. */
function formOf(path: string): Form | undefined {
  if (path === 'etc/apt/sources.list') return 'list';
  if (path.startsWith(sourcesFolder)) return path.endsWith('.list') ? 'list' : path.endsWith('.sources') ? 'stanzas' : undefined;
  if (path.startsWith(preferencesPrefix)) return 'preferences';
  return statusPaths.has(path) ? 'status' : undefined;
}

/** Whether an image has Expanded Security Maintenance: by apt's sources, and by what the Ubuntu Pro client says of itself. */
export const ubuntuRepositoryScanner = defineRepositoryScanner({
  name: 'ubuntu-esm',
  version: 1,
  kind: 'repository',
  wants: (path) => (formOf(path) === undefined ? 'no' : 'bytes'),
  async scan(files): Promise<Findings> {
    const texts = await Promise.all(files.map(async (file) => ({ file, text: new TextDecoder().decode(await file.bytes()) })));
    const refused = new Set(texts.flatMap(({ file, text }) => refusedBy(file, text)));
    const repositories: FoundRepository[] = [];
    const diagnostics = texts.flatMap(({ file, text }) => {
      const services = servicesOf(file, text);
      const odd = new FileDiagnostics(file.path);
      if (!services) odd.add('FILE_UNPARSABLE', { form: 'status of Ubuntu Pro' });
      for (const service of services ?? []) {
        if (!refused.has(service)) repositories.push({ facts: esmRepository(service), path: file.path });
      }
      return odd.list();
    });
    return { repositories, diagnostics };
  },
});

function servicesOf({ path }: LayerFile, text: string): ReadonlySet<EsmService> | undefined {
  switch (formOf(path)) {
    case 'list':
      return esmOfList(text);
    case 'stanzas':
      return esmOfStanzas(text);
    case 'status':
      return esmOfStatus(text);
    default:
      return new Set();
  }
}

/** Older clients named the repositories everywhere, to tell what there would be, and forbade apt to take anything from them. */
function refusedBy({ path }: LayerFile, text: string): readonly EsmService[] {
  if (formOf(path) !== 'preferences' || !/^Pin-Priority:[ \t]*never\b/im.test(text)) return [];
  return esmServices.filter((service) => path.startsWith(preferencesPrefix + service));
}
