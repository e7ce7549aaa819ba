import type { Namespace } from '../../../contracts/index.ts';
import { distributionRepositoryKeys, parseCpe, toCpeUri, toFormattedString, type Cpe } from '../../../core/index.ts';
import { containerRepositoryKey } from './container-facts.ts';

const prefix = 'redhat:';

/** The namespace of a product, by its CPE in either form; undefined for what is no CPE. */
export function productNamespace(cpe: string): Namespace | undefined {
  const name = parseCpe(cpe);
  return name && namespaceOfProduct(name);
}

/** The namespace of a product that is named without the part of its CPE (`enterprise_linux:8::baseos`): the operating system or an application. */
export function productNamespaceOfAnyPart(product: string): Namespace | undefined {
  const name = parseCpe(`cpe:/o:redhat:${product}`);
  return name && namespaceOfProduct({ ...name, part: '*' });
}

function namespaceOfProduct(name: Cpe): Namespace {
  const formatted = toFormattedString(name);
  const repository = { key: distributionRepositoryKeys.cpe, name: formatted, cpe: formatted };
  return { key: prefix + toCpeUri(name), scheme: 'rpm', repository };
}

const containerPrefix = 'redhat-container:';

/** The namespace of the containers of a product; undefined for what is no CPE. */
export function containerNamespace(cpe: string): Namespace | undefined {
  const name = parseCpe(cpe);
  if (!name) return undefined;
  const formatted = toFormattedString(name);
  return {
    key: containerPrefix + toCpeUri(name),
    scheme: 'rpm',
    repository: { key: containerRepositoryKey, name: formatted, cpe: formatted },
  };
}

/** CPE of the release as such: under it Red Hat says of all parts of the release what has no fix, and what is not affected. */
export function releaseCpe(major: string): string {
  return `cpe:/o:redhat:enterprise_linux:${major}`;
}

export function releaseNamespaceKey(major: string): string {
  return prefix + releaseCpe(major);
}

/** Of packages, or of containers. */
export function isProductNamespace(key: string): boolean {
  return key.startsWith(`${prefix}cpe:/`) || key.startsWith(`${containerPrefix}cpe:/`);
}

/** The CPE of the namespace of a product's packages; undefined for any other namespace. */
export function productCpeOf(key: string): Cpe | undefined {
  return key.startsWith(`${prefix}cpe:/`) ? parseCpe(key.slice(prefix.length)) : undefined;
}
