import type { Namespace } from '../../../contracts/index.ts';

/** Where advisories of the ecosystem stand. */
export const dotnetNamespace: Namespace = { key: 'nuget', scheme: 'nuget', repository: { name: 'nuget' } };
