import type { PackageScanner } from '../contracts/index.ts';
import type { DiagnosticCode, DiagnosticData, EntryHeader, RepositoryFacts } from '../core/index.ts';
import { looksExecutable, readExecutables, type OpenedExecutable } from '../formats/executable/index.ts';
import { FileDiagnostics } from './file-diagnostics.ts';
import { createFilePackageScanner, type ShownPackage } from './file-package-scanner.ts';
import type { ProjectLists } from './project-lists.ts';

/** What a program shows of what it was built from. */
export interface ProgramReading {
  /** A name and version is given once. */
  readonly packages: readonly ShownPackage[];
  /** Why not all that is in it is known. */
  readonly odd: readonly { readonly code: DiagnosticCode; readonly data: DiagnosticData }[];
}

export interface ProgramScannerOptions {
  readonly name: string;
  readonly version: number;
  readonly repository: RepositoryFacts;
  /** Of a universal binary several. None where the file is not executable after all. */
  readonly read: (executables: readonly OpenedExecutable[]) => Promise<ProgramReading>;
  /** Files of other kinds that the language has beside programs. */
  readonly others?: ProjectLists;
}

/** The smallest header of an executable. */
const leastBytes = 64;

/** A scanner of what programs and libraries (ELF, PE, Mach-O) say of themselves. A program with many names is read once. */
export function createProgramScanner({ name, version, repository, read, others }: ProgramScannerOptions): PackageScanner {
  return createFilePackageScanner({
    name,
    version,
    repository,
    wants(path, header, peek) {
      if (peek !== undefined) return looksExecutable(peek) ? 'file' : 'no';
      const other = others?.wants(path, header) ?? 'no';
      if (other !== 'no') return other;
      return mayBeProgram(path, header) ? 'peek' : 'no';
    },
    reader: () => {
      const known = new Map<string, ProgramReading>();
      const readOther = others?.open();
      return async (file) => {
        const { path, realPath, header } = file;
        if (readOther && others?.wants(path, header) !== 'no') return await readOther(file);
        const source = { size: header.size, read: (offset: number, length: number) => file.read(offset, length) };
        const { packages, odd } = known.get(realPath) ?? (await read(await readExecutables(source)));
        known.set(realPath, { packages, odd });
        const diagnostics = new FileDiagnostics(path);
        for (const { code, data } of odd) diagnostics.add(code, data);
        return { packages, diagnostics: diagnostics.list() };
      };
    },
  });
}

/** Whether a file is worth a look at its first bytes: it may be run, or has the name of what Windows runs, which has no executable bit. */
function mayBeProgram(path: string, { size, mode }: EntryHeader): boolean {
  return size >= leastBytes && ((mode & 0o111) !== 0 || path.endsWith('.exe') || path.endsWith('.dll'));
}
