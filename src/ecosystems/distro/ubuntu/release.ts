import type { DistributionFacts } from '../../../core/index.ts';
import type { OsRelease } from '../../../formats/os-release/index.ts';

export interface UbuntuRelease {
  /** e.g. `22.04`. */
  readonly versionId: string;
  /** e.g. `jammy`; empty where the file has none. */
  readonly codename: string;
}

/** The release that an os-release names, or, in the oldest images, an lsb-release. */
export function releaseOf({ values }: OsRelease): UbuntuRelease | undefined {
  if (values.get('ID') === 'ubuntu') return release(values.get('VERSION_ID'), osReleaseCodename(values));
  if (values.get('DISTRIB_ID') === 'Ubuntu') return release(values.get('DISTRIB_RELEASE'), values.get('DISTRIB_CODENAME'));
  return undefined;
}

function release(versionId: string | undefined, codename: string | undefined): UbuntuRelease | undefined {
  return versionId === undefined || !/^\d{1,2}\.\d{2}$/.test(versionId) ? undefined : { versionId, codename: codename ?? '' };
}

/** Before 16.04 the only trace of it is in `VERSION`: `15.04 (Vivid Vervet)`, `14.04.6 LTS, Trusty Tahr`, and `12.10, Quantal Quetzal`. */
function osReleaseCodename(values: ReadonlyMap<string, string>): string {
  const named = values.get('VERSION_CODENAME') || values.get('UBUNTU_CODENAME');
  if (named) return named;
  const adjective = /[,(] ?([A-Z][a-z]{1,31}) [A-Z]/.exec(values.get('VERSION') ?? '')?.[1];
  return adjective?.toLowerCase() ?? '';
}

/** The same facts for every point release. */
export function distributionOf({ versionId, codename }: UbuntuRelease): DistributionFacts {
  const title = codename.charAt(0).toUpperCase() + codename.slice(1);
  return {
    did: 'ubuntu',
    name: 'Ubuntu',
    version: codename === '' ? versionId : `${versionId} (${title})`,
    versionCodeName: codename,
    versionId,
    arch: '',
    cpe: '',
    prettyName: `Ubuntu ${versionId}`,
  };
}
