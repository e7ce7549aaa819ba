import type { PackageFacts } from '../../../core/index.ts';
import { isKey, toPackageFacts, type RpmNames } from './package-facts.ts';

export interface RpmManifest {
  readonly packages: readonly PackageFacts[];
  /** Lines that are no package, not counting empty ones. */
  readonly badLines: number;
}

/** How rpm prints a value that is not there. */
const absent = '(none)';

/**
 * The list that images of Azure Linux and Mariner have in place of a database that would need rpm to be read: a line a package, of ten values
 * between tabs: name, version-release, times of installation and build, vendor, epoch, bytes, architecture, epoch as a number, source package.
 */
export function parseManifest(text: string): RpmManifest {
  const packages: PackageFacts[] = [];
  let badLines = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const names = namesIn(line.endsWith('\r') ? line.slice(0, -1) : line);
    const facts = names && toPackageFacts(names);
    if (!names || !facts) badLines += 1;
    else if (!isKey(names)) packages.push(facts);
  }
  return { packages, badLines };
}

function namesIn(line: string): RpmNames | undefined {
  const fields = line.split('\t').map((value) => (value === absent ? '' : value));
  if (fields.length < 10) return undefined;
  const [name = '', versionRelease = '', , , , , , arch = '', epoch = '', sourceRpm = ''] = fields;
  const hyphen = versionRelease.lastIndexOf('-');
  if (hyphen < 1 || !/^\d{0,10}$/.test(epoch)) return undefined;
  return {
    name,
    version: versionRelease.slice(0, hyphen),
    release: versionRelease.slice(hyphen + 1),
    arch,
    epoch: Number(epoch),
    sourceRpm,
    modularityLabel: '',
  };
}
