import type { RepositoryFacts } from '../../../core/index.ts';
import { createFilePackageScanner, readingOf, readProjectLists } from '../../../families/index.ts';
import { parseGemfileLock } from './gemfile-lock.ts';
import { parseGemspec } from './gemspec.ts';

const repository: RepositoryFacts = Object.freeze({ name: 'gem', key: '', uri: 'https://rubygems.org/', cpe: '' });

/** Where Bundler installs for a project, if not for everybody. */
const trees = ['vendor/bundle', 'vendor/ruby', '.bundle'];
const lists = readProjectLists([
  { file: 'Gemfile.lock', trees, parse: parseGemfileLock },
  { file: 'gems.locked', trees, parse: parseGemfileLock },
]);

/** Installed gems: `specifications/NAME.gemspec`, and `specifications/default/` for those that come with Ruby; and what Bundler's lock file declares. */
export const rubyScanner = createFilePackageScanner({
  name: 'ruby',
  version: 2,
  repository,
  wants: (path, header) => (isSpecification(path) ? 'bytes' : lists.wants(path, header)),
  reader: () => {
    const readList = lists.open();
    return async (file) => (isSpecification(file.path) ? readingOf(file.path, parseGemspec(await file.bytes())) : await readList(file));
  },
});

const suffix = '.gemspec';
const directories = ['specifications/', 'specifications/default/'];

/** A project's own `.gemspec` lies elsewhere. */
function isSpecification(path: string): boolean {
  if (!path.endsWith(suffix)) return false;
  const start = path.lastIndexOf('/') + 1;
  if (path.charAt(start) === '.' || start + suffix.length >= path.length) return false;
  return directories.some((directory) => {
    const from = start - directory.length;
    return from >= 0 && path.startsWith(directory, from) && (from === 0 || path.charAt(from - 1) === '/');
  });
}
