import type { RepositoryFacts } from '../../../core/index.ts';
import { createFilePackageScanner, readingOf, readProjectLists } from '../../../families/index.ts';
import { isInstalledPackage } from './is-installed-package.ts';
import { npmLists } from './lists.ts';
import { parsePackageJson } from './package-json.ts';
import { isYarnArchive, YarnCache } from './yarn-cache.ts';

const repository: RepositoryFacts = Object.freeze({ name: 'npm', key: '', uri: 'https://www.npmjs.com/', cpe: '' });
const lists = readProjectLists(npmLists);

/** Packages installed by npm, pnpm and yarn: `node_modules/NAME/package.json`, anywhere, and yarn's archives; and what lock files declare. */
export const npmScanner = createFilePackageScanner({
  name: 'npm',
  version: 2,
  repository,
  wants(path, header) {
    if (isInstalledPackage(path)) return 'bytes';
    return isYarnArchive(path) ? 'file' : lists.wants(path, header);
  },
  reader({ signal }) {
    const cache = new YarnCache(signal);
    const readList = lists.open();
    return async (file) => {
      if (isYarnArchive(file.path)) return await cache.read(file);
      if (!isInstalledPackage(file.path)) return await readList(file);
      const json = parsePackageJson(await file.bytes());
      return json.kind === 'marker' ? undefined : readingOf(file.path, json);
    };
  },
});
