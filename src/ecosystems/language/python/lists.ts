import type { ProjectList } from '../../../families/index.ts';
import { parsePipfileLock } from './pipfile-lock.ts';
import { parseRequirements } from './requirements.ts';
import { parseTomlLock } from './toml-lock.ts';

/** Virtual environments that belong to a project; most images have one environment for all, elsewhere. */
const trees = ['.venv', 'venv', 'env', '__pypackages__'];

export const pythonLists: readonly ProjectList[] = [
  { file: 'Pipfile.lock', trees, parse: parsePipfileLock },
  { file: 'pdm.lock', trees, parse: parseTomlLock },
  { file: 'poetry.lock', trees, parse: parseTomlLock },
  { file: 'pylock.toml', trees, parse: parseTomlLock },
  { file: 'requirements.txt', trees, parse: parseRequirements },
  { file: 'uv.lock', trees, parse: parseTomlLock },
];
