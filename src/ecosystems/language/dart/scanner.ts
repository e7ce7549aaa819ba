import type { RepositoryFacts } from '../../../core/index.ts';
import { createFilePackageScanner, readingOf, readProjectLists } from '../../../families/index.ts';
import { cachedPackage } from './cached-package.ts';
import { parsePubspecLock } from './pubspec-lock.ts';

const repository: RepositoryFacts = Object.freeze({ name: 'pub', key: '', uri: 'https://pub.dev/', cpe: '' });
/** Packages lie in a cache for all projects. */
const lists = readProjectLists([{ file: 'pubspec.lock', trees: [], parse: parsePubspecLock }]);

/** Packages in pub's cache, from which Dart loads them, and what `pubspec.lock` declares. */
export const dartScanner = createFilePackageScanner({
  name: 'dart',
  version: 1,
  repository,
  wants: (path, header) => (cachedPackage(path) === undefined ? lists.wants(path, header) : 'bytes'),
  reader: () => {
    const readList = lists.open();
    return async (file) => {
      const cached = cachedPackage(file.path);
      return cached ? readingOf(file.path, { kind: 'package', ...cached }) : await readList(file);
    };
  },
});
