import {
  definePackageScanner,
  scannerKey,
  type AskedPath,
  type ImageTree,
  type LayerEngine,
  type LayerWalk,
} from '../../../contracts/index.ts';
import { LimitError, type Layer } from '../../../core/index.ts';

/** The files of one layer by path, links followed inside it. Its paths are listed with the first question and remembered. */
export class LayerPaths {
  readonly #layer: Layer;
  readonly #engine: LayerEngine;
  readonly #fileBytes: number;
  #tree: ImageTree | undefined;

  /** @param fileBytes bytes of a file that is given whole */
  constructor(layer: Layer, engine: LayerEngine, fileBytes: number) {
    this.#layer = layer;
    this.#engine = engine;
    this.#fileBytes = fileBytes;
  }

  /**
   * The content of the regular files that these paths lead to; the others have no entry.
   * @param paths cleaned
   * @throws InputError, LimitError `LIMIT_READ` for a file that is too large to be given whole, AbortedError
   */
  async read(paths: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    if (this.#tree) return await this.#readLinked(paths, this.#tree, signal);
    const found = new Map(await this.#walk(paths, undefined, signal));
    const rest = new Set([...paths].filter((path) => !found.has(path)));
    if (this.#tree) for (const [path, bytes] of await this.#readLinked(rest, this.#tree, signal)) found.set(path, bytes);
    return found;
  }

  async #readLinked(paths: ReadonlySet<string>, tree: ImageTree, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    const asked: AskedPath[] = [];
    for (const path of paths) {
      const node = tree.resolve(path);
      if (node?.type === 'file') asked.push({ asked: path, real: node.path });
    }
    return asked.length === 0 ? new Map() : await this.#walk(paths, asked, signal);
  }

  async #walk(
    paths: ReadonlySet<string>,
    asked: readonly AskedPath[] | undefined,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    const scanner = definePackageScanner({
      name: 'open-layer',
      version: 1,
      kind: 'package',
      wants: (path) => (paths.has(path) ? 'bytes' : 'no'),
      scan: () => ({}),
    });
    const key = scannerKey(scanner);
    await using walk = await this.#engine.walk({
      layer: this.#layer,
      scanners: [scanner],
      ...(asked && { asked: new Map([[key, asked]]) }),
      signal,
    });
    const contents = new Map<string, Uint8Array>();
    for (const file of walk.files.get(key) ?? []) contents.set(file.path, (await file.bytes()).slice());
    this.#refuseTooLarge(walk, contents);
    if (walk.map) this.#tree = this.#engine.merge([walk.map]);
    return contents;
  }

  /** A file that is there and not given would look like none. */
  #refuseTooLarge(walk: LayerWalk, contents: ReadonlyMap<string, Uint8Array>): void {
    for (const { code, path = '' } of walk.diagnostics) {
      if (code === 'FILE_TOO_LARGE' && !contents.has(path)) throw new LimitError('LIMIT_READ', { what: path, limit: this.#fileBytes });
    }
  }
}
