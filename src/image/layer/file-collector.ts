import type { EntryHeader, Limits } from '../../core/index.ts';
import type { TarSink } from '../../formats/tar/index.ts';
import type { Answer } from './asker.ts';
import type { DiagnosticLog } from './diagnostic-log.ts';
import type { ContentKeeper, ContentWriter, KeptContent } from './kept-content.ts';

/** Bytes that a scanner sees before it decides. */
export const peekBytes = 4096;

/** Who gets a file, and under which path. */
export interface Recipient {
  readonly scanner: string;
  readonly asked: string;
}

export interface CollectedFile {
  /** Where the bytes are. */
  readonly path: string;
  readonly header: EntryHeader;
  readonly content: KeptContent;
  readonly recipients: readonly Recipient[];
  readonly release: () => void;
}

type FileLimits = Pick<Limits, 'fileBytes' | 'randomAccessBytes'>;

/** Keeps the files of a layer that scanners want. Of several at one path, the last. */
export class FileCollector {
  readonly files = new Map<string, CollectedFile>();
  readonly #keeper: ContentKeeper;
  readonly #limits: FileLimits;
  readonly #log: DiagnosticLog;

  constructor(keeper: ContentKeeper, limits: FileLimits, log: DiagnosticLog) {
    this.#keeper = keeper;
    this.#limits = limits;
    this.#log = log;
  }

  /** The path is something else from here on. */
  forget(path: string): void {
    const file = this.files.get(path);
    if (!file) return;
    file.release();
    this.files.delete(path);
  }

  /** What takes the content of a file; undefined where nobody can have it. */
  take(path: string, header: EntryHeader, answers: readonly Answer[]): TarSink | undefined {
    const recipients = this.recipients(path, header, answers);
    const peeks = answers.filter((answer) => answer.want === 'peek');
    if (recipients.length === 0 && peeks.length === 0) return undefined;
    return new FileSink(header.size, recipients, peeks, {
      decide: (peek) => this.recipients(path, header, decide(peeks, peek)),
      create: () => this.#keeper.create(header.size),
      done: (writer, all) => this.add({ path, header, content: writer.content, recipients: all, release: () => writer.release() }),
    });
  }

  add(file: CollectedFile): void {
    this.files.set(file.path, file);
  }

  /** Those whose want is within the limits; a word about the others. */
  recipients(path: string, header: EntryHeader, answers: readonly Answer[]): Recipient[] {
    return answers.flatMap(({ scanner, asked, want }) => {
      if (want === 'peek') return [];
      const limit = want === 'bytes' ? this.#limits.fileBytes : this.#limits.randomAccessBytes;
      if (header.size <= limit) return [{ scanner, asked }];
      this.#log.add('FILE_TOO_LARGE', { path, data: { scanner, bytes: header.size, limit } });
      return [];
    });
  }
}

/** The answers of those that have now seen the first bytes. Who wants to peek again has had its turn. */
export function decide(peeks: readonly Answer[], peek: Uint8Array): readonly Answer[] {
  return peeks.flatMap((answer) => {
    const want = answer.again(peek);
    return want === 'no' || want === 'peek' ? [] : [{ ...answer, want }];
  });
}

interface FileSteps {
  decide(peek: Uint8Array): Recipient[];
  create(): ContentWriter;
  done(writer: ContentWriter, recipients: readonly Recipient[]): void;
}

/** Holds the first bytes while somebody peeks; keeps the file where somebody wants it. */
class FileSink implements TarSink {
  readonly #recipients: Recipient[];
  readonly #steps: FileSteps;
  #head: Uint8Array | undefined;
  #headLength = 0;
  #writer: ContentWriter | undefined;

  constructor(size: number, recipients: Recipient[], peeks: readonly Answer[], steps: FileSteps) {
    this.#recipients = recipients;
    this.#steps = steps;
    if (peeks.length > 0) this.#head = new Uint8Array(Math.min(size, peekBytes));
    else this.#writer = steps.create();
  }

  write(chunk: Uint8Array): void {
    let rest = chunk;
    if (this.#head) {
      const taken = chunk.subarray(0, this.#head.length - this.#headLength);
      this.#head.set(taken, this.#headLength);
      this.#advanceHead(this.#head, taken.length);
      rest = chunk.subarray(taken.length);
    }
    if (rest.length > 0) this.#writer?.write(rest);
  }

  hole(length: number): void {
    let rest = length;
    if (this.#head) {
      const taken = Math.min(length, this.#head.length - this.#headLength);
      this.#advanceHead(this.#head, taken);
      rest -= taken;
    }
    if (rest > 0) this.#writer?.hole(rest);
  }

  end(): void {
    if (this.#head) this.#advanceHead(this.#head, 0);
    this.#writer?.end();
    if (this.#writer) this.#steps.done(this.#writer, this.#recipients);
  }

  #advanceHead(head: Uint8Array, count: number): void {
    this.#headLength += count;
    if (this.#headLength < head.length) return;
    this.#head = undefined;
    this.#recipients.push(...this.#steps.decide(head));
    if (this.#recipients.length === 0) return;
    this.#writer = this.#steps.create();
    if (head.length > 0) this.#writer.write(head);
  }
}
