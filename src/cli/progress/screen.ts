import type { TextStream } from '../cli-io.ts';

const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';
const eraseBelow = '\x1b[J';
/** ms; a terminal over a slow line must keep up. */
const redrawInterval = 100;
const defaultColumns = 80;
const defaultRows = 24;

/** Gives the lines that are shown now, each no wider than `columns`. */
export type LineSource = (size: { readonly columns: number; readonly rows: number }) => readonly string[];

/** What people see while the work goes on: lines that stay, and below them, on a terminal, lines that change. */
export interface Screen extends Disposable {
  /** Whether changing lines are shown at all. */
  readonly isLive: boolean;
  /** One or more lines that stay. */
  print(text: string): void;
  /** From now on the changing lines are these. */
  show(lines: LineSource): void;
  /** They may have changed: drawn again soon, at most ten times a second. */
  touch(): void;
  /** Takes the changing lines away. */
  clear(): void;
}

export interface ScreenOptions {
  readonly isLive: boolean;
  /** ms, monotonic. */
  readonly now?: () => number;
}

export function createScreen(stream: TextStream, { isLive, now = () => performance.now() }: ScreenOptions): Screen {
  return isLive ? new LiveScreen(stream, now) : new PlainScreen(stream);
}

class PlainScreen implements Screen {
  readonly isLive = false;
  readonly #stream: TextStream;

  constructor(stream: TextStream) {
    this.#stream = stream;
  }

  print(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  show(): void {}
  touch(): void {}
  clear(): void {}
  [Symbol.dispose](): void {}
}

class LiveScreen implements Screen {
  readonly isLive = true;
  readonly #stream: TextStream;
  readonly #now: () => number;
  #lines: LineSource | undefined;
  #drawnLines = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  readonly #restore = (): void => this.clear();

  constructor(stream: TextStream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
  }

  print(text: string): void {
    this.#stream.write(`${this.#erase()}${text}\n`);
    this.#drawnLines = 0;
    if (this.#lines) this.#draw();
  }

  show(lines: LineSource): void {
    // Whatever ends the process: the cursor comes back.
    if (!this.#lines) process.once('exit', this.#restore);
    this.#lines = lines;
    this.touch();
  }

  touch(): void {
    if (!this.#lines || this.#timer) return;
    const wait = this.#drawnAt + redrawInterval - this.#now();
    if (wait <= 0) this.#draw();
    else this.#timer = setTimeout(() => this.#draw(), wait).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#lines) return;
    process.off('exit', this.#restore);
    this.#lines = undefined;
    this.#stream.write(this.#erase() + showCursor);
    this.#drawnLines = 0;
  }

  [Symbol.dispose](): void {
    this.clear();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#lines) return;
    const { columns = defaultColumns, rows = defaultRows } = this.#stream;
    // The last column and the last row stay free: a terminal would scroll, and the lines above would be lost.
    const lines = this.#lines({ columns: columns - 1, rows: rows - 1 }).slice(0, rows - 1);
    this.#stream.write(`${hideCursor}${this.#erase()}${lines.map((line) => `${line}\n`).join('')}`);
    this.#drawnLines = lines.length;
    this.#drawnAt = this.#now();
  }

  #erase(): string {
    return this.#drawnLines === 0 ? '' : `\x1b[${this.#drawnLines}A\r${eraseBelow}`;
  }
}
