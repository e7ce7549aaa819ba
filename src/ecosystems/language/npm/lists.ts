import type { ProjectList } from '../../../families/index.ts';
import { parsePackageLock } from './package-lock.ts';
import { parsePnpmLock } from './pnpm-lock.ts';
import { parseYarnLock } from './yarn-lock.ts';

/** Where npm, pnpm and yarn install for a project; Plug'n'Play loads from the cache itself. */
const trees = ['node_modules', '.yarn/cache'];

export const npmLists: readonly ProjectList[] = [
  { file: 'package-lock.json', trees, parse: parsePackageLock },
  { file: 'npm-shrinkwrap.json', trees, parse: parsePackageLock },
  { file: 'pnpm-lock.yaml', trees, parse: parsePnpmLock },
  { file: 'yarn.lock', trees, parse: parseYarnLock },
];
