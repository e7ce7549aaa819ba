import { diagnostic, type Diagnostic, type DiagnosticCode, type DiagnosticPlace, type LayerDigest } from '../../core/index.ts';

/** Diagnostics of one code that are kept one by one; of the rest the number is said. */
const maxOfCode = 100;

/** Collects the diagnostics of one layer, bounded whatever the layer holds. */
export class DiagnosticLog {
  readonly #layer: LayerDigest;
  readonly #kept: Diagnostic[] = [];
  readonly #counts = new Map<DiagnosticCode, number>();

  constructor(layer: LayerDigest) {
    this.#layer = layer;
  }

  add(code: DiagnosticCode, place: DiagnosticPlace): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count <= maxOfCode) this.#kept.push(diagnostic(code, { ...place, layer: this.#layer }));
  }

  all(): readonly Diagnostic[] {
    const omitted = [...this.#counts].filter(([, count]) => count > maxOfCode);
    return [
      ...this.#kept,
      ...omitted.map(([code, count]) => diagnostic(code, { layer: this.#layer, data: { omitted: count - maxOfCode } })),
    ];
  }
}
