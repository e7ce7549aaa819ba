import { definePackageScanner, type Findings, type FoundPackage, type LayerFile } from '../../../contracts/index.ts';
import { throwIfAborted, type RepositoryFacts } from '../../../core/index.ts';
import { detectorUrn, excerpt, FileDiagnostics } from '../../../families/index.ts';
import { looksExecutable, readExecutables } from '../../../formats/executable/index.ts';
import { readGoBuildInfo, type GoBuildInfo } from '../../../formats/go-buildinfo/index.ts';
import { mayBeProgram } from './may-be-program.ts';
import { modulesOf, type NamedModule } from './modules-of.ts';

const identity = { name: 'go', version: 1, kind: 'package' } as const;
const detector = detectorUrn(identity);

const repository: RepositoryFacts = Object.freeze({ name: 'go', key: '', uri: 'https://pkg.go.dev/', cpe: '' });

/** Modules of Go programs and libraries: ELF, PE and Mach-O with the build information that Go's linker writes. */
export const goScanner = definePackageScanner({
  ...identity,
  wants: (path, header, peek) => {
    if (peek !== undefined) return looksExecutable(peek) ? 'file' : 'no';
    return mayBeProgram(path, header) ? 'peek' : 'no';
  },
  async scan(files, options) {
    const packages: FoundPackage[] = [];
    const diagnostics: FileDiagnostics[] = [];
    const known = new Map<string, Program>();
    for (const file of files) {
      throwIfAborted(options?.signal);
      // A program with many names is read once.
      const program = known.get(file.realPath) ?? (await readProgram(file));
      known.set(file.realPath, program);
      packages.push(...program.modules.map((found) => toPackage(found, file.path)));
      diagnostics.push(diagnosticsOf(program, file.path));
    }
    return { packages, diagnostics: diagnostics.flatMap((odd) => odd.list()) } satisfies Findings;
  },
});

interface Program {
  readonly modules: readonly NamedModule[];
  /** Why not all that is in it is known. */
  readonly gaps: readonly string[];
  readonly badLines: number;
}

async function readProgram(file: LayerFile): Promise<Program> {
  const source = { size: file.header.size, read: (offset: number, length: number) => file.read(offset, length) };
  const modules = new Map<string, NamedModule>();
  const gaps = new Set<string>();
  let badLines = 0;
  for (const opened of await readExecutables(source)) {
    const reading = await readGoBuildInfo(opened);
    if (reading.kind === 'unreadable') gaps.add(reading.reason);
    if (reading.kind !== 'build-info') continue;
    badLines += reading.info.badLines;
    if (!hasModules(reading.info)) gaps.add('no modules in the build information');
    for (const found of modulesOf(reading.info)) modules.set(`${found.name}\n${found.version}`, found);
  }
  return { modules: [...modules.values()], gaps: [...gaps], badLines };
}

/** Programs of the Go distribution have no modules but its own; any other was built in a way that lost them. */
function hasModules({ main, dependencies, path }: GoBuildInfo): boolean {
  return main !== undefined || dependencies.length > 0 || path.startsWith('cmd/');
}

function toPackage({ name, version }: NamedModule, path: string): FoundPackage {
  const facts = { name, version, kind: 'binary', arch: '', module: '', cpe: '', detector } as const;
  return { facts, origin: 'file', path, repository };
}

function diagnosticsOf({ gaps, badLines }: Program, path: string): FileDiagnostics {
  const odd = new FileDiagnostics(path);
  for (const reason of gaps) odd.add('FILE_UNIDENTIFIED', { language: 'go', reason: excerpt(reason) });
  if (badLines > 0) odd.add('FILE_UNPARSABLE', { language: 'go', lines: badLines });
  return odd;
}
