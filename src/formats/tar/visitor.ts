import type { DiagnosticCode, DiagnosticPlace, EntryHeader } from '../../core/index.ts';

/** An entry of an archive, its extended headers applied. */
export interface TarEntry {
  /** Cleaned with `cleanPath`; empty for the root. */
  readonly path: string;
  /** The target of a hard link is cleaned too; that of a symlink is as written. */
  readonly header: EntryHeader;
}

/** Takes the content of one entry. */
export interface TarSink {
  /** The next bytes: a view that is only valid during the call. */
  write(chunk: Uint8Array): void;
  /** As many zero bytes, which a sparse file does not store. */
  hole(length: number): void;
  /** All of it was given. Not called when the archive ends too early. */
  end(): void;
}

export interface TarVisitor {
  /** Without a sink, the content costs nothing. */
  entry(entry: TarEntry): TarSink | undefined;
  diagnostic(code: DiagnosticCode, place: DiagnosticPlace): void;
}
