import { definePackageScanner, type FoundPackage, type LayerFile } from '../../../contracts/index.ts';
import { throwIfAborted, type Diagnostic, type RepositoryFacts } from '../../../core/index.ts';
import { detectorUrn, FileDiagnostics } from '../../../families/index.ts';
import { findSection, looksExecutable, readExactly, readExecutables, type OpenedExecutable } from '../../../formats/executable/index.ts';
import { parseAuditData, type AuditData } from './audit-data.ts';
import { mayBeProgram } from './may-be-program.ts';

const identity = { name: 'rust', version: 1, kind: 'package' } as const;
const detector = detectorUrn(identity);

const repository: RepositoryFacts = Object.freeze({ name: 'crates.io', key: '', uri: 'https://crates.io/', cpe: '' });

/** Where cargo-auditable puts its list: the same in ELF, PE and Mach-O. */
const section = '.dep-v0';
const mostCompressed = 4 * 1024 * 1024;

/** Crates in programs and libraries that were built with cargo-auditable. */
export const rustScanner = definePackageScanner({
  ...identity,
  wants: (path, header, peek) => {
    if (peek !== undefined) return looksExecutable(peek) ? 'file' : 'no';
    return mayBeProgram(path, header) ? 'peek' : 'no';
  },
  async scan(files, options) {
    const packages: FoundPackage[] = [];
    const diagnostics: Diagnostic[] = [];
    const known = new Map<string, readonly AuditData[]>();
    for (const file of files) {
      throwIfAborted(options?.signal);
      // A program with many names is read once.
      const data = known.get(file.realPath) ?? (await readProgram(file));
      known.set(file.realPath, data);
      packages.push(...packagesOf(data, file.path));
      diagnostics.push(...diagnosticsOf(data, file.path));
    }
    return { packages, diagnostics };
  },
});

async function readProgram(file: LayerFile): Promise<readonly AuditData[]> {
  const source = { size: file.header.size, read: (offset: number, length: number) => file.read(offset, length) };
  const all: AuditData[] = [];
  for (const opened of await readExecutables(source)) {
    const data = await readAuditData(opened);
    if (data) all.push(data);
  }
  return all;
}

async function readAuditData({ executable, source }: OpenedExecutable): Promise<AuditData | undefined> {
  const found = findSection(executable, section);
  if (!found) return undefined;
  const bytes = found.size <= mostCompressed ? await readExactly(source, found.offset, found.size) : undefined;
  return bytes ? parseAuditData(bytes) : { kind: 'unreadable', reason: 'too large' };
}

function packagesOf(data: readonly AuditData[], path: string): readonly FoundPackage[] {
  const crates = data.flatMap((each) => (each.kind === 'crates' ? each.crates : []));
  const distinct = new Map(crates.map((crate) => [`${crate.name}\n${crate.version}`, crate]));
  return [...distinct.values()].map(({ name, version }) => ({
    facts: { name, version, kind: 'binary', arch: '', module: '', cpe: '', detector },
    origin: 'file',
    path,
    repository,
  }));
}

function diagnosticsOf(data: readonly AuditData[], path: string): readonly Diagnostic[] {
  const odd = new FileDiagnostics(path);
  for (const each of data) {
    if (each.kind === 'unreadable') odd.add('FILE_UNPARSABLE', { language: 'rust', reason: each.reason });
    else if (each.badEntries > 0) odd.add('FILE_UNIDENTIFIED', { language: 'rust', entries: each.badEntries });
  }
  return odd.list();
}
