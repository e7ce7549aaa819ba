import type { UpdateContext } from './update-context.ts';

const progressBytes = 256 * 1024;

/** Tells how far a load is, not for every piece. */
export class LoadProgress {
  readonly #updater: string;
  readonly #total: number | undefined;
  readonly #context: UpdateContext;
  #bytes = 0;
  #told = 0;
  #advisories = 0;

  /** @param total bytes of the body, where they are known */
  constructor(updater: string, total: number | undefined, context: UpdateContext) {
    this.#updater = updater;
    this.#total = total;
    this.#context = context;
  }

  bytes(total: number): void {
    this.#bytes = total;
    if (total - this.#told >= progressBytes) this.#tell();
  }

  advisories(count: number): void {
    this.#advisories += count;
    this.#tell();
  }

  #tell(): void {
    this.#told = this.#bytes;
    this.#context.onProgress({
      kind: 'progress',
      updater: this.#updater,
      bytes: this.#bytes,
      total: this.#total,
      advisories: this.#advisories,
    });
  }
}
