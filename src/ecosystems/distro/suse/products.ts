import type { SuseRelease } from './release.ts';

/** Products of SUSE Linux Enterprise whose packages are on a server: the others (desktop, storage, manager) are not what images are made of. */
const serverProducts =
  /^SUSE Linux Enterprise (?:Server|Server for SAP Applications|Module for [\w &+().-]+?) (\d+)(?: SP(\d+))?(?:-\w+)?$/;
const serverOf16 = /^SUSE Linux Enterprise Server(?: for SAP [Aa]pplications)? (\d{2}\.\d+)(?:-\w+)?$/;
const micro = /^SUSE Linux (?:Enterprise )?Micro (\d+\.\d+)$/;
const leap = /^openSUSE (?:Leap )?(\d+\.\d+)(?: NonFree)?$/;

/**
 * The release that a product is part of. Long-term support (`-LTSS`, `-ESPOS`) is the same release: who has it gets
 * fixes that others do not, but what is vulnerable is the same.
 */
export function releaseOfProduct(product: string): SuseRelease | undefined {
  const [, major, pack = '0'] = serverProducts.exec(product) ?? [];
  if (major !== undefined) return { line: 'sles', versionId: `${major}.${pack}` };
  const enterprise = serverOf16.exec(product)?.[1];
  if (enterprise !== undefined) return { line: 'sles', versionId: enterprise };
  const [microVersion, leapVersion] = [micro.exec(product)?.[1], leap.exec(product)?.[1]];
  if (microVersion !== undefined) return { line: 'slem', versionId: microVersion };
  if (leapVersion !== undefined) return { line: 'leap', versionId: leapVersion };
  return product === 'openSUSE Tumbleweed' ? { line: 'tumbleweed', versionId: 'tumbleweed' } : undefined;
}

const products = /^((?:SUSE|openSUSE|Open Enterprise) .+) is installed$/;
/** In the oldest documents: `sles10-sp1 is installed`. */
const oldProducts = /^((?:sles|sled|core|nld)\d+(?:-[\w.]+)?) is installed$/;

/** The product of a criterion; a package's is `tar-1.34-2.2 is installed`. */
export function productOf(comment: string): string | undefined {
  return products.exec(comment)?.[1] ?? oldProducts.exec(comment)?.[1];
}
