import type { Answer, Asker } from './asker.ts';
import { decide, FileCollector, peekBytes } from './file-collector.ts';
import type { EntryHeader, TreeEntry } from '../../core/index.ts';
import type { TarSink } from '../../formats/tar/index.ts';
import { DiagnosticLog } from './diagnostic-log.ts';
import { followHardLink, hardLinks } from './hard-links.ts';
import type { ContentKeeper } from './kept-content.ts';
import type { BuiltLayerMap, LayerMapBuilder } from './layer-map-builder.ts';
import { passLayer, type LayerPass, type LayerPassOptions, type LayerVisitor } from './layer-pass.ts';
import { MapReader } from './map-reader.ts';
import { bytesSource } from './spool.ts';
import { readHead, treeContent } from './tree-content.ts';

export interface LayerWalkerParts {
  readonly asker: Asker;
  readonly builder: LayerMapBuilder;
  readonly keeper: ContentKeeper;
  /** Just these paths are asked about, not every link of the layer. */
  readonly onlyPaths: readonly string[] | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface WalkedLayer extends LayerPass {
  readonly files: FileCollector['files'];
  readonly map: BuiltLayerMap;
  readonly passes: 1 | 2;
}

interface Peek {
  readonly path: string;
  readonly header: EntryHeader;
  readonly source: TreeEntry;
  readonly answers: readonly Answer[];
}

/** Reads one layer: keeps what is wanted, settles what became of it, and goes back once for what only links led to. */
export class LayerWalker implements LayerVisitor {
  readonly #options: LayerPassOptions;
  readonly #parts: LayerWalkerParts;
  readonly #collector: FileCollector;
  readonly #asker: Asker;
  #builder: LayerMapBuilder | undefined;
  #peeks: Peek[] = [];
  #hardLinks = 0;

  constructor(options: LayerPassOptions, parts: LayerWalkerParts) {
    this.#options = options;
    this.#parts = parts;
    this.#asker = parts.asker;
    this.#builder = parts.builder;
    this.#collector = new FileCollector(parts.keeper, options.limits, options.log);
  }

  async walk(): Promise<WalkedLayer> {
    const pass = await passLayer(this.#options, this);
    await this.#settlePeeks();
    const map = this.#parts.builder.finish();
    this.#builder = undefined;
    const reader = new MapReader(bytesSource(map.bytes));
    if (map.hasOverruled) this.#dropOverruled(reader);
    const missing = this.#hardLinks > 0 ? await this.#followLinks(reader) : new Map<string, Answer[]>();
    if (missing.size > 0) await this.#readAgain(missing, reader, map.hasOverruled);
    return { ...pass, files: this.#collector.files, map, passes: missing.size > 0 ? 2 : 1 };
  }

  entry(path: string, header: EntryHeader, source: TreeEntry | undefined): TarSink | undefined {
    this.#builder?.entry(path, header);
    this.#collector.forget(path);
    if (header.type === 'hardlink') this.#hardLinks += 1;
    if (header.type !== 'file') return undefined;
    const answers = this.#asker(path, header);
    if (answers.length === 0) return undefined;
    if (!source) return this.#collector.take(path, header, answers);
    this.#takeFromTree(path, header, source, answers);
    return undefined;
  }

  whiteout(path: string): void {
    this.#builder?.whiteout(path);
  }

  opaque(path: string): void {
    this.#builder?.opaque(path);
  }

  #takeFromTree(path: string, header: EntryHeader, source: TreeEntry, answers: readonly Answer[]): void {
    if (answers.some((answer) => answer.want === 'peek')) this.#peeks.push({ path, header, source, answers });
    else this.#addFromTree(path, header, source, answers);
  }

  #addFromTree(path: string, header: EntryHeader, source: TreeEntry, answers: readonly Answer[]): void {
    const recipients = this.#collector.recipients(path, header, answers);
    if (recipients.length === 0) return;
    const content = treeContent(source, this.#parts.keeper, this.#parts.signal);
    this.#collector.add({ path, header, content, recipients, release: () => undefined });
  }

  async #settlePeeks(): Promise<void> {
    for (const { path, header, source, answers } of this.#peeks) {
      this.#options.deadline.check();
      const head = await this.#options.deadline.race(readHead(source, peekBytes, this.#options.deadline.signal));
      const peeks = answers.filter((answer) => answer.want === 'peek');
      this.#addFromTree(path, header, source, [...answers, ...decide(peeks, head)]);
    }
    this.#peeks = [];
  }

  /** A file whose path, or one above it, later became something else is no file of the layer. */
  #dropOverruled(map: MapReader): void {
    for (const path of this.#collector.files.keys()) if (map.lookup(path)?.type !== 'file') this.#collector.forget(path);
  }

  /** Gives wanted hard links the bytes of their targets; the rest, by target, has to be read. */
  async #followLinks(map: MapReader): Promise<Map<string, Answer[]>> {
    const missing = new Map<string, Answer[]>();
    for (const { path, target } of this.#links(map)) {
      const end = followHardLink(map, target);
      if (end.kind === 'cycle') this.#options.log.add('LINK_CYCLE', { path });
      if (end.kind !== 'file') continue;
      const answers = this.#asker(path, end.header);
      if (answers.length > 0 && !(await this.#share(end.path, answers)))
        missing.set(end.path, [...(missing.get(end.path) ?? []), ...answers]);
    }
    return missing;
  }

  *#links(map: MapReader): Generator<{ readonly path: string; readonly target: string }> {
    const { onlyPaths } = this.#parts;
    if (!onlyPaths) {
      yield* hardLinks(map);
      return;
    }
    for (const path of onlyPaths) if (map.lookup(path)?.type === 'hardlink') yield { path, target: path };
  }

  /** False where the target's bytes were not kept. */
  async #share(target: string, answers: readonly Answer[]): Promise<boolean> {
    const file = this.#collector.files.get(target);
    if (!file) return false;
    const peeks = answers.filter((answer) => answer.want === 'peek');
    const decided = peeks.length > 0 ? decide(peeks, await file.content.read(0, peekBytes)) : [];
    const recipients = this.#collector.recipients(target, file.header, [...answers, ...decided]);
    this.#collector.add({ ...file, recipients: [...file.recipients, ...recipients] });
    return true;
  }

  async #readAgain(missing: ReadonlyMap<string, readonly Answer[]>, map: MapReader, hasOverruled: boolean): Promise<void> {
    const second = new FileCollector(this.#parts.keeper, this.#options.limits, this.#options.log);
    // What is odd about the archive was said in the first pass, and progress was shown.
    const quiet: LayerPassOptions = { ...this.#options, log: new DiagnosticLog(this.#options.layer.digest), onProgress: undefined };
    await passLayer(quiet, {
      entry: (path, header, source) => {
        if (!missing.has(path)) return undefined;
        second.forget(path);
        if (header.type !== 'file') return undefined;
        if (!source) return second.take(path, header, missing.get(path) ?? []);
        this.#takeFromTree(path, header, source, missing.get(path) ?? []);
        return undefined;
      },
      whiteout: () => undefined,
      opaque: () => undefined,
    });
    await this.#settlePeeks();
    for (const file of second.files.values()) this.#collector.add(file);
    if (hasOverruled) this.#dropOverruled(map);
  }
}
