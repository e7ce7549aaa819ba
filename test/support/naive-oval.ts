/** An installed package, alone on a machine. */
export interface NaivePackage {
  readonly name: string;
  /** As OVAL compares it. */
  readonly version: string;
  readonly arch: string;
  readonly module: string;
}

export interface NaiveMachine {
  /** Whether a criterion about a product or a release holds, by its comment; undefined where it is about neither. */
  readonly platform: (comment: string) => boolean | undefined;
  readonly arch: string;
  readonly compare: (a: string, b: string) => number;
  /** Tests with such a version hold for nothing. */
  readonly ignores?: RegExp;
}

interface Node {
  readonly tag: string;
  readonly operator: string;
  readonly comment: string;
  readonly test: string;
  readonly children: Node[];
}

interface State {
  readonly evr?: readonly [operation: string, value: string];
  readonly arch?: string;
  readonly isImpossible: boolean;
}

export interface NaiveDefinition {
  /** Where there are none, the vendor's own name. */
  readonly cves: readonly string[];
  readonly patchable: string;
  readonly names: ReadonlySet<string>;
  readonly holds: (found: NaivePackage, machine: NaiveMachine) => boolean;
  /** Every (name, value) that a test of it compares with "less than". */
  readonly fixes: readonly (readonly [name: string, version: string, module: string])[];
}

const attribute = (text: string, name: string): string => unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? '');
const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');

/**
 * Reads OVAL with regular expressions and evaluates it the way OVAL is defined: a definition holds for a machine or it does not. It flattens
 * nothing, makes no rows and knows no namespaces. Every package is asked about as if it were the only one on the machine.
 */
export function readNaiveOval(xml: string): readonly NaiveDefinition[] {
  const text = xml.replaceAll(/<!--[\s\S]*?-->/g, '').replaceAll(/<(\/?)[\w-]+:/g, '<$1');
  const section = (name: string): string => text.slice(text.indexOf(`<${name}>`), text.indexOf(`</${name}>`));
  const records = (name: string, tag: string): [string, string][] => {
    const found = section(name).matchAll(new RegExp(`<${tag}\\b([^>]*?)(?:/>|>([\\s\\S]*?)</${tag}>)`, 'g'));
    return [...found].map(([, head = '', body = '']) => [attribute(head, 'id'), body]);
  };
  const variables = new Map(
    records('variables', 'constant_variable').map(([id, body]) => [
      id,
      [...body.matchAll(/<value>\s*([^<]*?)\s*</g)].map(([, v = '']) => unescape(v)),
    ]),
  );
  const objects = new Map(
    records('objects', '(?:rpminfo|dpkginfo|textfilecontent54)_object').map(([id, body]) => {
      const name = /<name[^>]*>\s*([^<\s]*)\s*<\/name>/.exec(body)?.[1];
      const lines = variables.get(/var_ref="([^"]*)"/.exec(body)?.[1] ?? '') ?? [];
      return [id, name === undefined ? lines.map((line) => /^\^([^(]+)/.exec(line)?.[1] ?? '') : [unescape(name)]];
    }),
  );
  const states = new Map(records('states', '(?:rpminfo|dpkginfo|textfilecontent54)_state').map(([id, body]) => [id, readState(body)]));
  const tests = new Map(
    records('tests', '(?:rpminfo|dpkginfo|textfilecontent54)_test').map(([id, body]) => {
      return [id, { names: objects.get(attribute(body, 'object_ref')) ?? [], state: states.get(attribute(body, 'state_ref')) }];
    }),
  );
  type Test = { names: readonly string[]; state: State | undefined };

  const testHolds = ({ names, state }: Test, { name, version, arch }: NaivePackage, { compare, ignores }: NaiveMachine): boolean => {
    if (!names.includes(name) || state?.isImpossible === true) return false;
    if (state?.arch !== undefined && !new RegExp(`^(?:${state.arch})$`).test(arch)) return false;
    if (!state?.evr) return true;
    const [operation, value] = state.evr;
    if (ignores?.test(value) === true) return false;
    const order = compare(version, value);
    if (operation === 'less than') return order < 0;
    if (operation === 'less than or equal') return order <= 0;
    if (operation === 'greater than') return order > 0;
    throw new Error(`an operation that the oracle does not know: ${operation}`);
  };

  const evaluate = (node: Node, found: NaivePackage, machine: NaiveMachine): boolean => {
    if (node.tag === 'criteria') {
      const isOr = node.operator === 'OR';
      return isOr
        ? node.children.some((each) => evaluate(each, found, machine))
        : node.children.every((each) => evaluate(each, found, machine));
    }
    const { comment } = node;
    if (comment.includes('is signed with')) return true;
    const platform = machine.platform(comment);
    if (platform !== undefined) return platform;
    const module = /^Module (.*) is enabled$/.exec(comment)?.[1];
    if (module !== undefined) return module === found.module;
    const arch = /^Oracle Linux arch is (.*)$/.exec(comment)?.[1];
    if (arch !== undefined) return arch === machine.arch;
    const test = tests.get(node.test);
    return test !== undefined && testHolds(test, found, machine);
  };

  return [...section('definitions').matchAll(/<definition\b[\s\S]*?<\/definition>/g)].map(([body]) => {
    const tree = readTree(body.slice(body.indexOf('<criteria')));
    const leaves = leavesOf(tree, '');
    const named = leaves.flatMap(({ test, module }) => {
      const { names = [], state } = tests.get(test) ?? {};
      return names.map((name) => ({ name, module, evr: state?.evr }));
    });
    const metadata = body.slice(0, body.indexOf('</metadata>'));
    const cves = [...metadata.matchAll(/<(?:cve\b[^>]*|reference\b)[^>]*?(?:>|ref_id=")[^<"]*?(CVE-\d{4}-\d{4,})/g)].map(
      ([, cve = '']) => cve,
    );
    return {
      cves: cves.length > 0 ? [...new Set(cves)] : [/<reference source="elsa" ref_id="([^"]*)"/.exec(metadata)?.[1] ?? ''],
      patchable: /<patchable>([^<]*)/.exec(metadata)?.[1] ?? '',
      names: new Set(named.map(({ name }) => name)),
      holds: (found, machine) => tree !== undefined && evaluate(tree, found, machine),
      fixes: named.flatMap(({ name, module, evr }) => (evr?.[0] === 'less than' ? [[name, evr[1], module] as const] : [])),
    };
  });
}

function readState(body: string): State {
  const evr = /<(?:evr|subexpression)\b([^>]*)>\s*([^<]*?)\s*</.exec(body);
  const arch = /<arch\b[^>]*>\s*([^<]*?)\s*</.exec(body)?.[1];
  return {
    ...(evr && { evr: [attribute(evr[1] ?? '', 'operation'), unescape(evr[2] ?? '').replaceAll(' ', '')] as const }),
    ...(arch !== undefined && { arch }),
    isImpossible: /<version operation="equals">0</.test(body),
  };
}

function readTree(text: string): Node | undefined {
  const root: Node = { tag: 'root', operator: '', comment: '', test: '', children: [] };
  const open = [root];
  for (const [, close, tag = '', attributes = '', empty] of text.matchAll(/<(\/?)(criteria|criterion)\b([^>]*?)(\/?)>/g)) {
    if (close === '/') open.pop();
    else {
      const [operator, comment, test] = ['operator', 'comment', 'test_ref'].map((name) => attribute(attributes, name));
      const node: Node = { tag, operator: operator ?? '', comment: comment ?? '', test: test ?? '', children: [] };
      open.at(-1)?.children.push(node);
      if (empty !== '/') open.push(node);
    }
  }
  return root.children[0];
}

/** The tests of a tree, each with the module that is asked for beside it or above. */
function leavesOf(node: Node | undefined, above: string): readonly { readonly test: string; readonly module: string }[] {
  if (!node) return [];
  if (node.tag === 'criterion') return [{ test: node.test, module: above }];
  const beside = node.children.map(({ comment }) => /^Module (.*) is enabled$/.exec(comment)?.[1]).find(Boolean);
  return node.children.flatMap((child) => leavesOf(child, beside ?? above));
}
