import { distributionRepositoryKeys, type IndexRecord, type RepositoryFacts } from '../../../core/index.ts';

/** What Ubuntu Pro gives fixes for: packages of `main` after standard support (`infra`), and those of `universe` (`apps`). */
export const esmServices = ['infra', 'apps'] as const;
export type EsmService = (typeof esmServices)[number];

/** Repositories of ESM as an image is said to have them; nothing of who pays for them. */
export function esmRepository(service: EsmService): RepositoryFacts {
  return { name: `esm-${service}`, key: distributionRepositoryKeys.deb, uri: `https://esm.ubuntu.com/${service}/ubuntu`, cpe: '' };
}

/** Versions that only Ubuntu Pro has: `2.5.0-1ubuntu0.1~esm1`, `1.0.1f-1ubuntu2.27+esm11`. */
const esmVersion = /[~+.]esm\d/;

export function isEsmVersion(version: string): boolean {
  return esmVersion.test(version);
}

/** Whether a package gets its fixes from ESM: its image names those repositories, or its version can be from nowhere else. */
export function isOfEsm({ repository, package: found }: IndexRecord): boolean {
  const isRepository =
    repository?.key === distributionRepositoryKeys.deb && esmServices.some((service) => repository.name === `esm-${service}`);
  return isRepository || isEsmVersion(found.version) || isEsmVersion(found.source?.version ?? '');
}
