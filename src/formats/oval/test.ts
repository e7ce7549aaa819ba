import { attribute, child, childrenOf, type XmlElement } from '../xml/index.ts';

/** A test: an object of which states have to hold. */
export interface OvalTest {
  readonly id: string;
  /** Name of its element without `_test`: `rpminfo`, `dpkginfo`, `textfilecontent54`, … */
  readonly kind: string;
  readonly object: string;
  readonly states: readonly string[];
  /** `at_least_one_exists` if absent. */
  readonly existence: string;
}

export interface OvalObject {
  readonly id: string;
  /** Of the package, or empty. */
  readonly name: string;
  /** The variable that holds the names, or patterns of lines that begin with them; or empty. */
  readonly variable: string;
}

/** What is held against a package: an operation and a value. */
export interface OvalComparison {
  readonly operation: string;
  readonly value: string;
}

export interface OvalState {
  readonly id: string;
  readonly evr?: OvalComparison;
  readonly version?: OvalComparison;
  readonly arch?: OvalComparison;
  /** Names of elements that are not read here. */
  readonly others: readonly string[];
}

export interface OvalVariable {
  readonly id: string;
  readonly values: readonly string[];
}

export function parseTest(element: XmlElement): OvalTest {
  return {
    id: attribute(element, 'id'),
    kind: element.name.replace(/_test$/, ''),
    object: attribute(child(element, 'object'), 'object_ref'),
    states: childrenOf(element, 'state').map((each) => attribute(each, 'state_ref')),
    existence: attribute(element, 'check_existence') || 'at_least_one_exists',
  };
}

export function parseObject(element: XmlElement): OvalObject {
  const named = child(element, 'name') ?? child(element, 'pattern');
  return { id: attribute(element, 'id'), name: named?.text.trim() ?? '', variable: attribute(named, 'var_ref') };
}

export function parseState(element: XmlElement): OvalState {
  const evr = child(element, 'evr') ?? child(element, 'subexpression');
  const [version, arch] = [child(element, 'version'), child(element, 'arch')];
  return {
    id: attribute(element, 'id'),
    ...(evr && { evr: toComparison(evr) }),
    ...(version && { version: toComparison(version) }),
    ...(arch && { arch: toComparison(arch) }),
    others: element.children.map(({ name }) => name).filter((name) => !read.has(name)),
  };
}

const read: ReadonlySet<string> = new Set(['evr', 'subexpression', 'version', 'arch', 'notes']);

/** `equals` if absent. Microsoft writes `0: 1.20.10-1`: space says nothing in a version. */
function toComparison(element: XmlElement): OvalComparison {
  return { operation: attribute(element, 'operation') || 'equals', value: element.text.replaceAll(/\s+/g, '') };
}

export function parseVariable(element: XmlElement): OvalVariable {
  return { id: attribute(element, 'id'), values: childrenOf(element, 'value').map(({ text }) => text.trim()) };
}
