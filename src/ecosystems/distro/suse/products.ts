import type { SuseRelease } from './release.ts';

/** Products of SUSE Linux Enterprise that share the packages of a release: what an image of it may have installed. The others (storage, manager) are not what images are made of. */
const enterpriseProducts =
  /^SUSE Linux Enterprise (Server(?: LTSS(?: Extended Security)?| for SAP Applications)?|Desktop|High Performance Computing|Software Development Kit|(?:High Availability|Workstation) Extension|Module for [\w &+().-]+?) (\d+)(?: SP(\d+))?(?:-\w+)?$/;
const serverOf16 = /^SUSE Linux Enterprise Server(?: for SAP [Aa]pplications)? (\d{2}\.\d+)(?:-\w+)?$/;
const micro = /^SUSE Linux (?:Enterprise )?Micro (\d+\.\d+)$/;
const leap = /^openSUSE (?:Leap )?(\d+\.\d+)(?: NonFree)?$/;
/** The documents of SUSE Linux Enterprise 10 and 11 name products so, and those of openSUSE before 11.2. */
const oldEnterprise = /^sle[sd](\d+)(?:-sp(\d+))?(?:-sdk)?$/;
const oldOpen = /^suse(1\d)(\d)$/;

/** Modules of SUSE Linux Enterprise 12 have no service packs: they are for every one of them. */
const packsOf12 = [0, 1, 2, 3, 4, 5];

/**
 * The releases that a product is part of. Long-term support (`-LTSS`, `-ESPOS`) is the same release: who has it gets
 * fixes that others do not, but what is vulnerable is the same.
 */
export function releasesOfProduct(product: string): readonly SuseRelease[] {
  const [, name = '', major, pack] = enterpriseProducts.exec(product) ?? [];
  if (major === '12' && pack === undefined && name.startsWith('Module for ')) {
    return packsOf12.map((each) => ({ line: 'sles', versionId: `12.${each}` }));
  }
  if (major !== undefined) return [{ line: 'sles', versionId: `${major}.${pack ?? '0'}` }];
  const [, oldMajor, oldPack = '0'] = oldEnterprise.exec(product) ?? [];
  if (oldMajor !== undefined) return [{ line: 'sles', versionId: `${oldMajor}.${oldPack}` }];
  const enterprise = serverOf16.exec(product)?.[1];
  if (enterprise !== undefined) return [{ line: 'sles', versionId: enterprise }];
  const microVersion = micro.exec(product)?.[1];
  if (microVersion !== undefined) return [{ line: 'slem', versionId: microVersion }];
  const leapVersion = leap.exec(product)?.[1] ?? oldOpen.exec(product)?.slice(1).join('.');
  if (leapVersion !== undefined) return [{ line: 'leap', versionId: leapVersion }];
  return product === 'openSUSE Tumbleweed' ? [{ line: 'tumbleweed', versionId: 'tumbleweed' }] : [];
}

const products = /^((?:SUSE|openSUSE|Open Enterprise) .+) is installed$/;
/** In the oldest documents: `sles10-sp1 is installed`. */
const oldProducts = /^((?:sles|sled|core|nld|suse)\d+(?:-[\w.]+)*) is installed$/;

/** The product of a criterion; a package's is `tar-1.34-2.2 is installed`. */
export function productOf(comment: string): string | undefined {
  return products.exec(comment)?.[1] ?? oldProducts.exec(comment)?.[1];
}
