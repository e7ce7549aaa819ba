import { defineUpdaterSet, type Namespace } from '../../../contracts/index.ts';
import { createOsvUpdaterSet, leavesOtherErrata, modularSubjects, wordOrVector, type OsvSource } from '../../../families/osv/index.ts';
import { productCpeOf, productNamespaceOfAnyPart } from './products.ts';
import { repositoryNamespace, repositoryNamesUpdater, repositoryNamesUpdaterName, repositoryNamesVersion } from './repository-names.ts';

const ecosystemPrefix = 'Red Hat:';
const namespaces = new Map<string, Namespace | undefined>();

/** Red Hat's errata as OSV has them: of binary packages of any architecture, by product. What has no fix is in none of them. */
export const rhelOsvSource: OsvSource = {
  bucket: 'Red Hat',
  updater: 'rhel-osv-updater',
  version: 1,
  serves: (namespace) => productCpeOf(namespace) !== undefined,
  // `Red Hat:enterprise_linux:8::baseos`: a CPE without its beginning.
  namespaceOf(ecosystem) {
    if (!ecosystem.startsWith(ecosystemPrefix)) return undefined;
    const product = ecosystem.slice(ecosystemPrefix.length);
    if (!namespaces.has(product)) namespaces.set(product, productNamespaceOfAnyPart(product));
    return namespaces.get(product);
  },
  leaves: (record) => leavesOtherErrata(record, 'RHSA-'),
  subjectsOf: (affected, record) => modularSubjects(affected, record, { kind: 'binary', mark: '.module+el' }),
  severityOf: (record) => wordOrVector(record, ''),
};

const errata = createOsvUpdaterSet('osv', [rhelOsvSource]);

/** In place of Red Hat's VEX documents: `--feed-source rhel=osv`. Which products a repository is of is told by the same list. */
export const rhelOsvUpdaterSet = defineUpdaterSet({
  ...errata,
  serves: (namespace) => namespace === repositoryNamespace.key || errata.serves(namespace),
  expected(namespace) {
    if (namespace === repositoryNamespace.key) return [repositoryNamesUpdaterName];
    return errata.serves(namespace) ? [...errata.expected(namespace), repositoryNamesUpdaterName] : [];
  },
  versionOf: (updater) => (updater === repositoryNamesUpdaterName ? repositoryNamesVersion : errata.versionOf?.(updater)),
  async discover(options) {
    const isAsked = options.namespaces?.some((namespace) => repositoryNamesUpdater.serves(namespace)) ?? true;
    return [...(isAsked ? [repositoryNamesUpdater] : []), ...(await errata.discover(options))];
  },
});
