import type { Namespace } from '../../../contracts/index.ts';

/** Where advisories of the ecosystem stand; its repository is the one that the scanner gives to what it finds. */
export const dartNamespace: Namespace = { key: 'pub', scheme: 'pub', repository: { name: 'pub' } };
