import type { ListedPackage } from '../../../families/index.ts';
import { linesOf } from '../../../runtime/index.ts';

/** Of one with a hundred configurations. */
const longestLine = 64 * 1024;

/**
 * Reads `gradle.lockfile` (docs.gradle.org, "Locking Versions"): `GROUP:ARTIFACT:VERSION=CONFIGURATIONS`, one a line. What only tests are built or run with is left out.
 */
export function* parseGradleLockfile(bytes: Uint8Array): Generator<ListedPackage> {
  for (const line of linesOf(new TextDecoder().decode(bytes), longestLine)) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const [module = '', configurations = ''] = text.split('=', 2);
    if (module === 'empty' || configurations.split(',').every((name) => name.startsWith('test'))) continue;
    const [group = '', artifact = '', version = '', ...rest] = module.split(':');
    if (group === '' || artifact === '' || version === '' || rest.length > 0) yield 'unidentified';
    else yield { name: `${group}:${artifact}`, version };
  }
}
