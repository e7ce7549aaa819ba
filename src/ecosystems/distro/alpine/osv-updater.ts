import type { Namespace } from '../../../contracts/index.ts';
import { createOsvUpdaterSet, packageOf, type OsvSource } from '../../../families/osv/index.ts';
import { namespaceKey, namespaceOf, releaseOfNamespace } from './release.ts';

const namespaces = new Map<string, Namespace>();

/** The security database as OSV has it: a record a CVE, speaking of source packages of both repositories. */
export const alpineOsvSource: OsvSource = {
  bucket: 'Alpine',
  updater: 'alpine-osv-updater',
  version: 2,
  serves: (namespace) => releaseOfNamespace(namespace) !== undefined,
  namespaceOf(ecosystem) {
    const known = namespaces.get(ecosystem);
    if (known) return known;
    const folder = /^Alpine:v?(edge|3\.\d{1,4})$/.exec(ecosystem)?.[1] ?? '';
    const release = releaseOfNamespace(namespaceKey(folder));
    if (release === undefined) return undefined;
    const namespace = namespaceOf(release);
    namespaces.set(ecosystem, namespace);
    return namespace;
  },
  subjectsOf: ({ package: of }) => [{ package: { ...packageOf(of?.name ?? ''), kind: 'source' } }],
};

/** In place of the security database: `--feed-source alpine=osv`. */
export const alpineOsvUpdaterSet = createOsvUpdaterSet('osv', [alpineOsvSource]);
