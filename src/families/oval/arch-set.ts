import type { AffectedPackage } from '../../core/index.ts';

const x86 = ['i386', 'i486', 'i586', 'i686', 'athlon'];

/** Packages of other architectures that a machine runs too (rpmrc). */
const alsoOn: ReadonlyMap<string, readonly string[]> = new Map([
  ['x86_64', ['amd64', 'ia32e', ...x86]],
  ['ia64', x86],
  ['i386', x86],
  ['i686', x86],
  ['ppc64', ['ppc']],
  ['s390x', ['s390']],
]);

/** Names of architectures, or undefined for all. */
export type ArchSet = ReadonlySet<string> | undefined;

/** The architectures of the packages on machines of these. */
export function packagesOn(machines: readonly string[]): ReadonlySet<string> {
  return new Set(['noarch', ...machines.flatMap((machine) => [machine, ...(alsoOn.get(machine) ?? [])])]);
}

type Arch = Pick<AffectedPackage, 'arch' | 'archOperation'>;

/** The names that a row lists; `other` where it does not just list some. */
export function archSetOf({ arch, archOperation }: Arch): ArchSet | 'other' {
  if (archOperation === '') return undefined;
  if (archOperation === 'not equals') return 'other';
  const list = archOperation === 'equals' ? arch : arch.replace(/^\^?\(?(?:\?:)?/, '').replace(/\)?\$?$/, '');
  const names = list.split('|');
  return names.every((name) => /^[A-Za-z0-9_-]+$/.test(name)) ? new Set(names) : 'other';
}

export function toArch(set: ArchSet): Arch {
  if (!set) return { arch: '', archOperation: '' };
  const names = [...set].sort();
  return names.length === 1 ? { arch: names[0] ?? '', archOperation: 'equals' } : { arch: names.join('|'), archOperation: 'pattern match' };
}
