import type { Namespace } from '../../../contracts/index.ts';

/** Where advisories of Bitnami's packages stand. */
export const bitnamiNamespace: Namespace = { key: 'bitnami', scheme: 'semver', repository: { name: 'bitnami' } };
