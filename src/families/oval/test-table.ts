import type { OvalComparison, OvalObject, OvalPiece, OvalState, OvalTest } from '../../formats/oval/index.ts';
import type { Alternative } from './alternatives.ts';
import { Interner } from './interner.ts';
import { intersectRanges, namesOf, readPackageTest, type OvalObstacle, type PackageFactsOfTest } from './package-test.ts';

/** The tests of a document, and what they refer to: only those that a definition asks for are kept. */
export class TestTable {
  readonly #texts: Interner;
  readonly #tests = new Map<string, OvalTest>();
  readonly #objects = new Map<string, OvalObject>();
  readonly #states = new Map<string, OvalState>();
  readonly #variables = new Map<string, readonly string[]>();
  readonly #ids = new Interner();
  /** Ids that stand for different things: what refers to them cannot be read. */
  readonly #ambiguous = new Set<string>();

  /** @param texts among which the ids of wanted tests are */
  constructor(texts: Interner) {
    this.#texts = texts;
  }

  add(piece: Exclude<OvalPiece, { kind: 'definition' | 'unreadable' }>): void {
    switch (piece.kind) {
      case 'test':
        return this.#addTest(piece.test);
      case 'object':
        return this.#addObject(piece.object);
      case 'state':
        return this.#addState(piece.state);
      default:
        if (this.#isWanted(piece.variable.id))
          this.#variables.set(
            this.#own(piece.variable.id),
            piece.variable.values.map((value) => this.#own(value)),
          );
    }
  }

  /** What an alternative says of packages: all of its tests have to be of one and the same. */
  read({ tests }: Alternative): PackageFactsOfTest | OvalObstacle {
    let found: PackageFactsOfTest | undefined;
    for (const { test, isNegated } of tests) {
      const facts = this.#readTest(test, isNegated);
      if (typeof facts === 'string') return facts;
      const both = found ? join(found, facts) : facts;
      if (typeof both === 'string') return both;
      found = both;
    }
    return found ?? 'no-package';
  }

  #readTest(id: string, isNegated: boolean): PackageFactsOfTest | OvalObstacle {
    const test = this.#tests.get(id);
    if (!test) return 'test-missing';
    if ([id, test.object, ...test.states].some((each) => this.#ambiguous.has(each))) return 'id-ambiguous';
    const object = this.#objects.get(test.object);
    const states = test.states.flatMap((state) => this.#states.get(state) ?? []);
    if (!object || states.length < test.states.length) return 'test-missing';
    return readPackageTest(test, states, namesOf(object, this.#variables.get(object.variable)), isNegated);
  }

  #addTest({ id, kind, object, states, existence }: OvalTest): void {
    const number = this.#texts.find(id);
    if (number === undefined) return;
    this.#put(this.#tests, this.#texts.textOf(number), {
      id: this.#texts.textOf(number),
      kind: this.#own(kind),
      object: this.#own(object),
      states: states.map((state) => this.#own(state)),
      existence: this.#own(existence),
    });
  }

  #addObject({ id, name, variable }: OvalObject): void {
    if (this.#isWanted(id))
      this.#put(this.#objects, this.#own(id), { id: this.#own(id), name: this.#own(name), variable: this.#own(variable) });
  }

  #addState({ id, evr, version, arch, others }: OvalState): void {
    if (!this.#isWanted(id)) return;
    const own = ({ operation, value }: OvalComparison): OvalComparison => ({ operation: this.#own(operation), value: this.#own(value) });
    this.#put(this.#states, this.#own(id), {
      id: this.#own(id),
      ...(evr && { evr: own(evr) }),
      ...(version && { version: own(version) }),
      ...(arch && { arch: own(arch) }),
      others: others.map((other) => this.#own(other)),
    });
  }

  /** The same once more is no harm. */
  #put<T>(table: Map<string, T>, id: string, value: T): void {
    const before = table.get(id);
    if (before === undefined) table.set(id, value);
    else if (JSON.stringify(before) !== JSON.stringify(value)) this.#ambiguous.add(id);
  }

  #isWanted(id: string): boolean {
    return this.#ids.find(id) !== undefined;
  }

  #own(text: string): string {
    return this.#ids.textOf(this.#ids.numberOf(text));
  }
}

/** Two tests of the same packages hold where both do. */
function join(a: PackageFactsOfTest, b: PackageFactsOfTest): PackageFactsOfTest | OvalObstacle {
  if (a.names.length !== b.names.length || a.names.some((name) => !b.names.includes(name))) return 'several-packages';
  if (a.archOperation !== '' && b.archOperation !== '' && (a.archOperation !== b.archOperation || a.arch !== b.arch)) return 'test-state';
  const range = a.range && b.range ? intersectRanges(a.range, b.range) : undefined;
  if (range === null) return 'version-operation';
  const { arch, archOperation } = a.archOperation === '' ? b : a;
  return { names: a.names, range, arch, archOperation };
}
