import type { Namespace } from '../../../contracts/index.ts';

/** Where advisories of the ecosystem stand. */
export const phpNamespace: Namespace = { key: 'composer', scheme: 'packagist', repository: { name: 'composer' } };
