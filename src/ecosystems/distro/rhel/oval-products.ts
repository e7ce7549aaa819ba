import { isProductSuperset, parseCpe, type Cpe } from '../../../core/index.ts';
import { ovalMajors } from './oval-streams.ts';
import { productCpeOf, releaseCpe } from './products.ts';

/** Products whose version is the release's, or one of its minor releases: Red Hat Enterprise Linux, and what extends its life or its content. */
const releaseProduct =
  /^(?:enterprise_linux|rhel|rhel_(?:aus|cluster|cluster_storage|e4s|els|eus|eus_long_life|extras(?:_[a-z]+)*|mission_critical|tus))$/;

/** The release that a product is of, by its CPE: `rhel_eus:8.4`, `openshift:4.13::el8`. Undefined where it does not say. */
function majorOf({ product, version, edition, update }: Cpe): string | undefined {
  const found = [edition, update].flatMap((each) => /(?:^|[^a-z])el(\d{1,2})(?![0-9])/.exec(each)?.[1] ?? []);
  if (releaseProduct.test(product)) found.push(/^\d{1,2}(?![0-9])/.exec(version)?.[0] ?? '');
  return found.find((major) => ovalMajors.includes(major));
}

/** The releases whose documents may speak of a product: all where its CPE does not say. None for what is no product. */
export function majorsOfNamespace(namespace: string): readonly string[] {
  const cpe = productCpeOf(namespace);
  if (!cpe) return [];
  const major = majorOf(cpe);
  return major === undefined ? ovalMajors : [major];
}

/**
 * The products under which a statement stands. A document lists a dozen for each; who holds another says all that is needed, and the release as such
 * answers for each of its packages, so that it alone is enough.
 */
export function statedProducts(written: readonly string[], major: string): readonly string[] {
  const release = releaseCpe(major);
  if (written.includes(release)) return [release];
  const cpes = [...new Set(written)].flatMap((text) => {
    const cpe = parseCpe(text);
    return cpe ? [{ text, cpe }] : [];
  });
  if (cpes.length > mostCompared) return cpes.map(({ text }) => text);
  return cpes.filter((each, at) => !cpes.some((other, index) => isHeld(each.cpe, other.cpe, index < at))).map(({ text }) => text);
}

/** Real lists have some twenty. */
const mostCompared = 200;

/** Of two that hold each other the first counts. */
function isHeld(cpe: Cpe, other: Cpe, isBefore: boolean): boolean {
  return cpe !== other && isProductSuperset(other, cpe) && (isBefore || !isProductSuperset(cpe, other));
}
