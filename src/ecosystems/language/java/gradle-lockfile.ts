import type { ListReading, ShownPackage } from '../../../families/index.ts';

/**
 * Reads `gradle.lockfile` (docs.gradle.org, "Locking Versions"): `GROUP:ARTIFACT:VERSION=CONFIGURATIONS`, one a line. What only tests are built or run with is left out.
 */
export function parseGradleLockfile(bytes: Uint8Array): ListReading {
  const packages: ShownPackage[] = [];
  let unidentified = 0;
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const [module = '', configurations = ''] = text.split('=', 2);
    if (module === 'empty' || configurations.split(',').every((name) => name.startsWith('test'))) continue;
    const [group = '', artifact = '', version = '', ...rest] = module.split(':');
    if (group === '' || artifact === '' || version === '' || rest.length > 0) unidentified += 1;
    else packages.push({ name: `${group}:${artifact}`, version });
  }
  return { kind: 'list', packages, unidentified };
}
