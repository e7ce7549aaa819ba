import type { RepositoryFacts } from '../../../core/index.ts';
import { createProgramScanner, readProjectLists, type ProgramReading, type ShownPackage } from '../../../families/index.ts';
import { findSection, readExactly, type OpenedExecutable } from '../../../formats/executable/index.ts';
import { parseAuditData, type AuditData } from './audit-data.ts';
import { parseCargoLock } from './cargo-lock.ts';

const repository: RepositoryFacts = Object.freeze({ name: 'crates.io', key: '', uri: 'https://crates.io/', cpe: '' });

/** Where cargo-auditable puts its list: the same in ELF, PE and Mach-O. */
const section = '.dep-v0';
const mostCompressed = 4 * 1024 * 1024;

/** Crates in programs and libraries that were built with cargo-auditable, and what `Cargo.lock` declares. */
export const rustScanner = createProgramScanner({
  name: 'rust',
  version: 2,
  repository,
  read: readProgram,
  others: readProjectLists([{ file: 'Cargo.lock', trees: [], parse: parseCargoLock }]),
});

async function readProgram(executables: readonly OpenedExecutable[]): Promise<ProgramReading> {
  const packages = new Map<string, ShownPackage>();
  const odd: ProgramReading['odd'][number][] = [];
  for (const opened of executables) {
    const data = await readAuditData(opened);
    if (data?.kind === 'unreadable') odd.push({ code: 'FILE_UNPARSABLE', data: { language: 'rust', reason: data.reason } });
    if (data?.kind !== 'crates') continue;
    for (const { name, version } of data.crates) packages.set(`${name}\0${version}`, { name, version });
    if (data.badEntries > 0) odd.push({ code: 'FILE_UNIDENTIFIED', data: { language: 'rust', entries: data.badEntries } });
  }
  return { packages: [...packages.values()], odd };
}

async function readAuditData({ executable, source }: OpenedExecutable): Promise<AuditData | undefined> {
  const found = findSection(executable, section);
  if (!found) return undefined;
  const bytes = found.size <= mostCompressed ? await readExactly(source, found.offset, found.size) : undefined;
  return bytes ? parseAuditData(bytes) : { kind: 'unreadable', reason: 'too large' };
}
