import { defineMatcher } from '../../../contracts/index.ts';
import { createRpmMatcher, isPackageInRange, isSourceInRange, withoutEpochOfSource } from '../../../families/index.ts';
import { endOfLife, namespaceKey } from './release.ts';

const ofBinaries = createRpmMatcher({
  id: 'rocky-matcher',
  isOurs: ({ did }) => did === 'rocky',
  namespacesOf: ({ distribution: { versionId } }) => (versionId === '' ? [] : [namespaceKey(versionId)]),
  namesModules: true,
  endOfLife,
});

/** Rows of OSV speak of source packages, those of the errata of binary ones. */
export const rockyMatcher = defineMatcher({
  ...ofBinaries,
  query: () => ['package-source-name', ...ofBinaries.query()],
  versionFilter: false,
  vulnerable: (record, { package: { kind }, range }) =>
    kind === 'source' ? isSourceInRange(record, range) : isPackageInRange(record, range),
  asCompared: withoutEpochOfSource,
});
