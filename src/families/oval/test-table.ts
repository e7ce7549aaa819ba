import type { OvalComparison, OvalObject, OvalPiece, OvalState, OvalTest } from '../../formats/oval/index.ts';
import type { WaitingAlternative } from './definition-spool.ts';
import type { IdTable } from './id-table.ts';
import { Interner } from './interner.ts';
import { intersectRanges, namesOf, readPackageTest, type OvalObstacle, type PackageFactsOfTest } from './package-test.ts';
import { RecordTable } from './record-table.ts';

const none = -1;

/** The tests of a document, and what they refer to, as numbers: only those that a definition asks for are kept. */
export class TestTable {
  readonly #ids: IdTable;
  readonly #texts = new Interner('different texts of tests');
  readonly #tests = new RecordTable();
  readonly #objects = new RecordTable();
  readonly #states = new RecordTable();
  readonly #variables = new RecordTable();
  /** Ids that stand for different things: what refers to them cannot be read. */
  readonly #ambiguous = new Set<number>();

  /** @param ids among which those of wanted tests are */
  constructor(ids: IdTable) {
    this.#ids = ids;
  }

  /** @throws LimitError `LIMIT_READ` */
  add(piece: Exclude<OvalPiece, { kind: 'definition' | 'unreadable' }>): void {
    switch (piece.kind) {
      case 'test':
        return this.#put(this.#tests, piece.test.id, () => this.#packTest(piece.test));
      case 'object':
        return this.#put(this.#objects, piece.object.id, () => this.#packObject(piece.object));
      case 'state':
        return this.#put(this.#states, piece.state.id, () => this.#packState(piece.state));
      case 'variable':
        return this.#put(this.#variables, piece.variable.id, () => piece.variable.values.map((value) => this.#texts.numberOf(value)));
    }
  }

  /** What an alternative says of packages: all of its tests have to be of one and the same. */
  read({ tests }: Pick<WaitingAlternative, 'tests'>): PackageFactsOfTest | OvalObstacle {
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

  #readTest(id: number, isNegated: boolean): PackageFactsOfTest | OvalObstacle {
    const [kind, objectId, existence, ...stateIds] = this.#tests.get(id) ?? [];
    if (kind === undefined || objectId === undefined || existence === undefined) return 'test-missing';
    const [name, variable] = this.#objects.get(objectId) ?? [];
    if ([id, objectId, variable ?? none, ...stateIds].some((each) => this.#ambiguous.has(each))) return 'id-ambiguous';
    const states = stateIds.flatMap((state) => this.#readState(state) ?? []);
    if (name === undefined || variable === undefined || states.length < stateIds.length) return 'test-missing';
    const values = variable === none ? undefined : [...(this.#variables.get(variable) ?? [])].map((value) => this.#texts.textOf(value));
    const test = { kind: this.#texts.textOf(kind), existence: this.#texts.textOf(existence) };
    return readPackageTest(test, states, namesOf(this.#texts.textOf(name), values), isNegated);
  }

  #readState(id: number): Omit<OvalState, 'id'> | undefined {
    const [evrOperation, evr, versionOperation, version, archOperation, arch, ...others] = this.#states.get(id) ?? [];
    if (arch === undefined) return undefined;
    const comparison = (operation = none, value = none): OvalComparison | undefined =>
      operation === none ? undefined : { operation: this.#texts.textOf(operation), value: this.#texts.textOf(value) };
    const [ofEvr, ofVersion, ofArch] = [
      comparison(evrOperation, evr),
      comparison(versionOperation, version),
      comparison(archOperation, arch),
    ];
    return {
      ...(ofEvr && { evr: ofEvr }),
      ...(ofVersion && { version: ofVersion }),
      ...(ofArch && { arch: ofArch }),
      others: others.map((other) => this.#texts.textOf(other)),
    };
  }

  #packTest({ kind, object, states, existence }: OvalTest): readonly number[] {
    return [
      this.#texts.numberOf(kind),
      this.#ids.numberOf(object),
      this.#texts.numberOf(existence),
      ...states.map((state) => this.#ids.numberOf(state)),
    ];
  }

  #packObject({ name, variable }: OvalObject): readonly number[] {
    return [this.#texts.numberOf(name), variable === '' ? none : this.#ids.numberOf(variable)];
  }

  #packState({ evr, version, arch, others }: OvalState): readonly number[] {
    const pack = (of: OvalComparison | undefined): readonly number[] =>
      of ? [this.#texts.numberOf(of.operation), this.#texts.numberOf(of.value)] : [none, none];
    return [...pack(evr), ...pack(version), ...pack(arch), ...others.map((other) => this.#texts.numberOf(other))];
  }

  /** Nothing that nobody asked for; the same once more is no harm. */
  #put(table: RecordTable, id: string, pack: () => readonly number[]): void {
    const number = this.#ids.find(id);
    if (number !== undefined && !table.put(number, pack())) this.#ambiguous.add(number);
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
