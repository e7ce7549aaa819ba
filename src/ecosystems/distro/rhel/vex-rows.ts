import type { AdvisoryRow, AffectedStatus, Namespace } from '../../../contracts/index.ts';
import type { AffectedPackage, FixState } from '../../../core/index.ts';
import { parsePurl, type CsafDocument, type CsafStatement, type CsafStatus, type CsafVulnerability } from '../../../formats/csaf/index.ts';
import { introducedByFix, statedContainer } from './container-rows.ts';
import { erratumOf, fixStateOf, severityOf } from './fix-state.ts';

/** A row, and the erratum that it is of; empty where there is none. */
export interface VexRow {
  readonly erratum: string;
  readonly row: AdvisoryRow;
}

export interface VexContext {
  /** Of a product's packages. */
  readonly namespaceOf: (cpe: string) => Namespace | undefined;
  /** Of a product's containers. */
  readonly containerNamespaceOf: (cpe: string) => Namespace | undefined;
  /** Told of each statement that should be a row and cannot be. */
  readonly onSkipped: (pointer: string) => void;
}

/** The package of a statement, architectures apart. */
interface StatedPackage {
  readonly namespace: Namespace;
  readonly name: string;
  readonly kind: AffectedPackage['kind'];
  readonly module: string;
  /** Empty for all. */
  readonly arches: readonly string[];
  /** `epoch:version-release`; of a container its tag. */
  readonly version: string;
  readonly isContainer: boolean;
}

/** Statements that differ by architecture only are one row. */
interface Group {
  readonly status: CsafStatus;
  readonly of: StatedPackage;
  readonly first: CsafStatement;
  /** Undefined for all. */
  arches: Set<string> | undefined;
}

/** The rows of one vulnerability: what is fixed where and since when, what is affected and has no fix, what is not affected. */
export function vexRows(
  vulnerability: CsafVulnerability,
  { products }: Pick<CsafDocument, 'products'>,
  context: VexContext,
): readonly VexRow[] {
  const groups = new Map<string, Group>();
  for (const [status, statements] of vulnerability.statements) {
    for (const statement of statements) {
      if (isWithoutWeight(vulnerability, statement)) continue;
      const of = statedPackage(status, statement, products, context);
      if (of === undefined) continue;
      const key = [status, of.namespace.key, of.kind, of.name, of.module, status === 'fixed' ? of.version : ''].join('\0');
      const group = groups.get(key);
      if (!group) groups.set(key, { status, of, first: statement, arches: of.arches.length === 0 ? undefined : new Set(of.arches) });
      else if (of.arches.length === 0) group.arches = undefined;
      else for (const arch of of.arches) group.arches?.add(arch);
    }
  }
  const all = [...groups.values()];
  const introduced = containerLines(all);
  return all.map((group) => toRow(group, introduced(group), vulnerability));
}

/** Since when the fix of a container counts; nothing for all else. */
function containerLines(groups: readonly Group[]): (group: Group) => string | undefined {
  const fixed = groups.filter(({ status, of }) => of.isContainer && status === 'fixed');
  const lines = new Map(
    [...Map.groupBy(fixed, ({ of }) => of.name)].map(([name, own]) => [name, introducedByFix(own.map(({ of }) => of.version))]),
  );
  return ({ status, of }) => (of.isContainer && status === 'fixed' ? lines.get(of.name)?.get(of.version) : undefined);
}

/** A base score of 0 and no word of the vendor: it says nothing of that product. */
function isWithoutWeight({ scores, impacts }: CsafVulnerability, { productId }: CsafStatement): boolean {
  return scores.get(productId) === 0 && !impacts.has(productId);
}

/** Undefined for what is neither an rpm package nor a container of Red Hat's: Maven's, products as a whole; and for what cannot be read, which is told. */
function statedPackage(
  status: CsafStatus,
  { productId, pointer }: CsafStatement,
  products: CsafDocument['products'],
  { namespaceOf, containerNamespaceOf, onSkipped }: VexContext,
): StatedPackage | undefined {
  const found = products.resolve(productId);
  if (found === 'dangling') onSkipped(pointer);
  if (found === undefined || found === 'dangling') return undefined;
  const { cpe } = found.platform;
  if (found.component.purl === undefined || cpe === undefined) return undefined;
  const purl = parsePurl(found.component.purl);
  if (purl?.type === 'oci') {
    const [namespace, container] = [containerNamespaceOf(cpe), statedContainer(status, purl)];
    if (namespace && container) return { namespace, kind: 'binary', module: '', isContainer: true, ...container };
    onSkipped(pointer);
    return undefined;
  }
  if (purl && (purl.type !== 'rpm' || purl.namespace !== 'redhat')) return undefined;
  const [namespace, module] = [namespaceOf(cpe), moduleOf(purl?.qualifiers.get('rpmmod'))];
  if (!purl || !namespace || module === undefined || (status === 'fixed' && purl.version === '')) {
    onSkipped(pointer);
    return undefined;
  }
  const arch = purl.qualifiers.get('arch') ?? '';
  const isSource = arch === 'src' || arch === 'nosrc';
  // What is installed is told by the binaries beside it.
  if (isSource && (status === 'fixed' || status === 'known_not_affected')) return undefined;
  const hasNoFix = status === 'known_affected' || status === 'under_investigation';
  const kind = hasNoFix && (isSource || arch === '') ? 'source' : 'binary';
  const version = `${purl.qualifiers.get('epoch') || '0'}:${purl.version}`;
  return { namespace, name: purl.name, kind, module, arches: isSource || arch === '' ? [] : [arch], version, isContainer: false };
}

/** `name:stream` of the qualifier `name:stream[:version…]`; undefined where it names no stream. */
function moduleOf(qualifier: string | undefined): string | undefined {
  if (qualifier === undefined) return '';
  const [name = '', stream = ''] = qualifier.split(':', 2);
  return name === '' || stream === '' ? undefined : `${name}:${stream}`;
}

function toRow({ status, of, first, arches }: Group, introduced: string | undefined, { remediations, impacts }: CsafVulnerability): VexRow {
  const { namespace, name, kind, module, version } = of;
  const ways = remediations.get(first.productId) ?? [];
  const severity = impacts.get(first.productId) ?? '';
  const row: AdvisoryRow = {
    namespace,
    package: {
      name,
      kind,
      module,
      arch: arches ? [...arches].sort().join('|') : '',
      archOperation: arches ? 'pattern match' : '',
    },
    range: status === 'fixed' ? { ...(introduced !== undefined && { introduced }), fixed: version } : {},
    status: rowStatus[status],
    fixState: status === 'known_affected' ? fixStateOf(ways) : fixStates[status],
    severity,
    normalizedSeverity: severityOf(severity),
    pointer: first.pointer,
  };
  return { erratum: (status === 'fixed' && erratumOf(ways)) || '', row };
}

const rowStatus: Readonly<Record<CsafStatus, AffectedStatus>> = {
  fixed: 'affected',
  known_affected: 'affected',
  known_not_affected: 'not_affected',
  under_investigation: 'undetermined',
};
const fixStates: Readonly<Record<Exclude<CsafStatus, 'known_affected'>, FixState>> = {
  fixed: 'fixed',
  known_not_affected: 'unknown',
  under_investigation: 'under-investigation',
};
