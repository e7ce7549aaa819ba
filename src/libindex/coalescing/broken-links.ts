import type { ImageTree, Scanner } from '../../contracts/index.ts';
import { diagnostic, type Diagnostic, type DiagnosticCode, type EntryHeader } from '../../core/index.ts';

/** Diagnostics of one code that are kept one by one; of the rest the number is said. */
const maxOfCode = 100;

/** What a scanner who looks at size and mode does not refuse: a broken link has neither. */
const presumedFile: EntryHeader = Object.freeze({ type: 'file', size: 4096, mode: 0o755 });

/**
 * Links of the final image that lead nowhere, where that is worth a word: where a scanner wants the path, and every circle,
 * whatever its name. A circle is always a mistake, and what was to be found below it cannot be known: `var/lib/dpkg` in a
 * circle hides a database. Links to nothing are common, and hide nothing.
 */
export class BrokenLinks {
  readonly #tree: Pick<ImageTree, 'locate'>;
  readonly #scanners: readonly Scanner[];
  readonly #paths = { LINK_CYCLE: new BoundedPaths(), LINK_TARGET_MISSING: new BoundedPaths() };

  constructor(tree: Pick<ImageTree, 'locate'>, scanners: readonly Scanner[]) {
    this.#tree = tree;
    this.#scanners = scanners;
  }

  add(path: string, reason: 'cycle' | 'missing'): void {
    const isWanted = this.#isWanted(path);
    if (reason === 'missing') {
      if (isWanted) this.#paths.LINK_TARGET_MISSING.add(path, isWanted);
      return;
    }
    // Reached through other links as well, a circle is still one.
    if (isWanted || this.#tree.locate(path)?.type === 'symlink') this.#paths.LINK_CYCLE.add(path, isWanted);
  }

  diagnostics(): readonly Diagnostic[] {
    return [...this.#paths.LINK_CYCLE.diagnostics('LINK_CYCLE'), ...this.#paths.LINK_TARGET_MISSING.diagnostics('LINK_TARGET_MISSING')];
  }

  /** A look at any file, whatever its name, is no wish for this one. */
  #isWanted(path: string): boolean {
    return this.#scanners.some((scanner) => ['bytes', 'file'].includes(scanner.wants(path, presumedFile)));
  }
}

/** A path that nobody wants by its name gives way to one that somebody does. */
class BoundedPaths {
  readonly #wanted: string[] = [];
  readonly #others: string[] = [];
  #count = 0;

  add(path: string, isWanted: boolean): void {
    this.#count += 1;
    const list = isWanted ? this.#wanted : this.#others;
    if (list.length < maxOfCode) list.push(path);
  }

  diagnostics(code: DiagnosticCode): readonly Diagnostic[] {
    const kept = [...this.#wanted, ...this.#others].slice(0, maxOfCode);
    const omitted = this.#count - kept.length;
    return [...kept.map((path) => diagnostic(code, { path })), ...(omitted > 0 ? [diagnostic(code, { data: { omitted } })] : [])];
  }
}
