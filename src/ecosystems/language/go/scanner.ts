import type { RepositoryFacts } from '../../../core/index.ts';
import { createProgramScanner, excerpt, readProjectLists, type ProgramReading } from '../../../families/index.ts';
import type { OpenedExecutable } from '../../../formats/executable/index.ts';
import { readGoBuildInfo, type GoBuildInfo } from '../../../formats/go-buildinfo/index.ts';
import { parseGoMod } from './go-mod.ts';
import { modulesOf, type NamedModule } from './modules-of.ts';

const repository: RepositoryFacts = Object.freeze({ name: 'go', key: '', uri: 'https://pkg.go.dev/', cpe: '' });

/** Modules of Go programs and libraries: ELF, PE and Mach-O with the build information that Go's linker writes; and what `go.mod` declares. */
export const goScanner = createProgramScanner({
  name: 'go',
  version: 2,
  repository,
  read: readProgram,
  others: readProjectLists([{ file: 'go.mod', trees: [], parse: parseGoMod }]),
});

async function readProgram(executables: readonly OpenedExecutable[]): Promise<ProgramReading> {
  const modules = new Map<string, NamedModule>();
  const gaps = new Set<string>();
  let badLines = 0;
  for (const opened of executables) {
    const reading = await readGoBuildInfo(opened);
    if (reading.kind === 'unreadable') gaps.add(reading.reason);
    if (reading.kind !== 'build-info') continue;
    badLines += reading.info.badLines;
    if (!hasModules(reading.info)) gaps.add('no modules in the build information');
    for (const found of modulesOf(reading.info)) modules.set(`${found.name}\n${found.version}`, found);
  }
  const odd: ProgramReading['odd'] = [
    ...[...gaps].map((reason) => ({ code: 'FILE_UNIDENTIFIED' as const, data: { language: 'go', reason: excerpt(reason) } })),
    ...(badLines > 0 ? [{ code: 'FILE_UNPARSABLE' as const, data: { language: 'go', lines: badLines } }] : []),
  ];
  return { packages: [...modules.values()], odd };
}

/** Programs of the Go distribution have no modules but its own; any other was built in a way that lost them. */
function hasModules({ main, dependencies, path }: GoBuildInfo): boolean {
  return main !== undefined || dependencies.length > 0 || path.startsWith('cmd/');
}
