import { defineUpdaterSet } from '../../../contracts/index.ts';
import { createOvalUpdater } from '../../../families/index.ts';
import { elsaUrl, oracleProfile } from './advisory.ts';
import { releaseOfNamespace } from './release.ts';

const name = 'oracle-updater';
/** Of the parser: grows when it gives other rows for the same document. */
const version = 1;

const serves = (namespace: string): boolean => releaseOfNamespace(namespace) !== undefined;

/** All years in one document: those of single years hold the same definitions, and are another feed (`oracle=yearly`). */
export const oracleUpdater = createOvalUpdater({ name, version, urls: [elsaUrl], serves, profile: oracleProfile(elsaUrl) });

export const oracleUpdaterSet = defineUpdaterSet({
  id: 'oracle',
  serves,
  expected: (namespace) => (serves(namespace) ? [name] : []),
  versionOf: () => version,
  discover: ({ namespaces }) => Promise.resolve(namespaces === undefined || namespaces.some(serves) ? [oracleUpdater] : []),
});
