import type { Namespace, PackageQuery, VersionScheme } from '../../contracts/index.ts';
import type { EvidenceNote, IndexRecord } from '../../core/index.ts';
import { subjectsOf, type InstalledVersion, type InstalledVersions, type MatcherPlan, type Subject } from '../../judging/index.ts';

/** Who asked a question, and how the answer is to be read. */
export interface Asker {
  readonly record: IndexRecord;
  readonly plan: MatcherPlan;
  /** Why the namespace is asked, where that is worth a word. */
  readonly notes: readonly EvidenceNote[];
}

/** One look-up, shared by all who ask the same. */
export interface Question {
  readonly query: PackageQuery;
  readonly subject: Subject;
  readonly namespace: Namespace;
  readonly installed: InstalledVersion;
  /** Undefined where the matcher's scheme is not the namespace's: nothing can be compared. */
  readonly scheme: VersionScheme | undefined;
  readonly askers: Asker[];
}

/** Gathers the look-ups of all records for one call of the store. */
export class PackageQuestions {
  readonly #schemes: ReadonlyMap<string, VersionScheme>;
  readonly #versions: InstalledVersions;
  readonly #byKey = new Map<string, Question>();

  constructor(schemes: ReadonlyMap<string, VersionScheme>, versions: InstalledVersions) {
    this.#schemes = schemes;
    this.#versions = versions;
  }

  /** In the order in which they were first asked; a query's index is its question's. */
  get all(): readonly Question[] {
    return [...this.#byKey.values()];
  }

  ask(asker: Asker, namespace: Namespace): void {
    const { plan, record } = asker;
    const { matcher } = plan;
    for (const subject of subjectsOf(record, plan)) {
      const { kind, name, version } = subject;
      const key = `${namespace.key}\0${kind}\0${name}\0${version}\0${matcher.scheme}\0${matcher.versionFilter}`;
      const question = this.#byKey.get(key);
      if (question) question.askers.push(asker);
      else this.#byKey.set(key, this.#question(asker, namespace, subject));
    }
  }

  #question(asker: Asker, namespace: Namespace, subject: Subject): Question {
    const { matcher } = asker.plan;
    const own = this.#schemes.get(matcher.scheme);
    const scheme = matcher.scheme === namespace.scheme ? own : undefined;
    const installed: InstalledVersion = own ? this.#versions.read(own, subject.version) : { ok: false, text: subject.version };
    const key = matcher.versionFilter && scheme && installed.ok ? installed.key : undefined;
    const query = { namespace: namespace.key, name: subject.name, kind: subject.kind, ...(key && { key }) };
    return { query, subject, namespace, installed, scheme, askers: [asker] };
  }
}
