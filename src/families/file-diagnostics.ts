import { diagnostic, type Diagnostic, type DiagnosticCode, type DiagnosticData } from '../core/index.ts';

/** Diagnostics of a code that are given one by one. */
const mostOfOneCode = 20;

/** What is odd about one file. However hostile it is, the list stays short: what is beyond is counted. */
export class FileDiagnostics {
  readonly #path: string;
  readonly #list: Diagnostic[] = [];
  readonly #counts = new Map<DiagnosticCode, number>();

  /** @param path as the scanner asked for it */
  constructor(path: string) {
    this.#path = path;
  }

  add(code: DiagnosticCode, data: DiagnosticData): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count <= mostOfOneCode) this.#list.push(diagnostic(code, { path: this.#path, data }));
  }

  list(): readonly Diagnostic[] {
    const beyond = [...this.#counts].filter(([, count]) => count > mostOfOneCode);
    return [...this.#list, ...beyond.map(([code, count]) => diagnostic(code, { path: this.#path, data: { more: count - mostOfOneCode } }))];
  }
}

/** Foreign text as it may stand in a diagnostic: not longer than a reader wants. */
export function excerpt(text: string): string {
  return text.slice(0, 200);
}
