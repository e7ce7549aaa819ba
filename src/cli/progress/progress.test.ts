import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LayerDigest, ManifestDigest } from '../../core/index.ts';
import { displayWidth } from '../../reports/index.ts';
import { formatBytes, ProgressBoard } from './progress-board.ts';
import { createScreen } from './screen.ts';
import { showIndexing } from './show-indexing.ts';

/** A terminal that knows what of it would be seen: enough of ECMA-48 for what the screen writes. */
class FakeTerminal {
  readonly isTTY = true;
  readonly written: string[] = [];
  lines: string[] = [''];
  isCursorShown = true;
  #row = 0;

  readonly columns: number;
  readonly rows = 10;

  constructor(columns = 60) {
    this.columns = columns;
  }

  write(text: string): boolean {
    this.written.push(text);
    // eslint-disable-next-line no-control-regex -- control sequences are what it is about
    for (const token of text.match(/\x1b\[\??\d*[A-Za-z]|\r|\n|[^\x1b\r\n]+/g) ?? []) this.#take(token);
    return true;
  }

  #take(token: string): void {
    if (token === '\n') this.#row += 1;
    else if (token === '\r') return;
    else if (token.endsWith('A')) this.#row -= Number.parseInt(token.slice(2), 10);
    else if (token.endsWith('J')) this.lines.length = this.#row;
    else if (token.endsWith('h')) this.isCursorShown = true;
    else if (token.endsWith('l')) this.isCursorShown = false;
    else this.lines[this.#row] = (this.lines[this.#row] ?? '') + token;
    if (this.#row < 0) throw new RangeError('the cursor left the screen');
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a screen on a terminal', () => {
  it('draws changing lines in place, below what stays', () => {
    const terminal = new FakeTerminal();
    const screen = createScreen(terminal, { isLive: true, now: () => Date.now() });
    let count = 1;
    screen.show(() => [`count ${count}`, 'second']);
    screen.print('stays');
    count = 2;
    vi.advanceTimersByTime(200);
    screen.touch();
    expect(terminal.lines).toEqual(['stays', 'count 2', 'second']);
    expect(terminal.isCursorShown).toBe(false);
    screen.clear();
    expect(terminal.lines).toEqual(['stays']);
    expect(terminal.isCursorShown).toBe(true);
  });

  it('draws at most ten times a second', () => {
    const terminal = new FakeTerminal();
    const screen = createScreen(terminal, { isLive: true, now: () => Date.now() });
    screen.show(() => ['x']);
    for (let step = 0; step < 1_000; step += 1) {
      screen.touch();
      vi.advanceTimersByTime(1);
    }
    expect(terminal.written.length).toBeGreaterThanOrEqual(9);
    expect(terminal.written.length).toBeLessThanOrEqual(11);
    screen.clear();
  });

  it('leaves nothing that would draw after it was cleared', () => {
    const terminal = new FakeTerminal();
    const screen = createScreen(terminal, { isLive: true, now: () => Date.now() });
    const listeners = process.listenerCount('exit');
    screen.show(() => ['x']);
    expect(process.listenerCount('exit')).toBe(listeners + 1);
    screen.touch();
    screen.clear();
    const before = terminal.written.length;
    vi.advanceTimersByTime(1_000);
    screen.touch();
    expect(terminal.written.length).toBe(before);
    expect(process.listenerCount('exit')).toBe(listeners);
  });
});

describe('a screen on a pipe', () => {
  it('writes what stays, and no control sequence', () => {
    const terminal = new FakeTerminal();
    const screen = createScreen(terminal, { isLive: false });
    screen.show(() => ['x']);
    screen.touch();
    screen.print('warning');
    screen.clear();
    expect(terminal.written.join('')).toBe('warning\n');
  });
});

describe('progress board', () => {
  it('fits the screen, whatever labels say', () => {
    const board = new ProgressBoard();
    board.title = `Indexing ${'x'.repeat(200)}`;
    for (let index = 0; index < 30; index += 1) {
      board.set(`layer ${index}`, {
        label: `名前\x1b[2J${'y'.repeat(index * 9)}`,
        done: index * 1e6,
        total: index % 2 === 0 ? undefined : 1e8,
        note: 'note',
      });
    }
    const lines = board.lines({ columns: 50, rows: 10 });
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(lines.at(-1)).toBe('  and 22 more');
    for (const line of lines) {
      expect(displayWidth(line)).toBeLessThanOrEqual(50);
      expect(line).not.toContain('\x1b');
    }
  });

  it('fills the bar as the work does', () => {
    const board = new ProgressBoard();
    board.set('a', { label: 'a', done: 5_000_000, total: 10_000_000 });
    expect(board.lines({ columns: 80, rows: 24 })[1]).toBe('  a  ██████████░░░░░░░░░░  5.0 MB of 10 MB');
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_500, '1.5 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [64_000_000_000, '64 GB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('an image being indexed', () => {
  it('by another process is waited for', () => {
    const terminal = new FakeTerminal(80);
    const screen = createScreen(terminal, { isLive: true, now: () => Date.now() });
    const view = showIndexing(screen, 'demo.tar');
    const manifest = `sha256:${'1'.repeat(64)}` as ManifestDigest;
    view.opened(3);
    view.add({ kind: 'manifest-waiting', manifest });
    vi.advanceTimersByTime(200);
    expect(terminal.lines).toEqual(['Waiting for another process that indexes demo.tar']);
    view.add({ kind: 'state', manifest, state: 'CheckManifest' });
    vi.advanceTimersByTime(200);
    expect(terminal.lines).toEqual(['Indexing demo.tar: 0 of 3 layers']);
    screen.clear();
  });

  it('counts layers and shows those that are read', () => {
    const terminal = new FakeTerminal(80);
    const screen = createScreen(terminal, { isLive: true, now: () => Date.now() });
    const view = showIndexing(screen, 'demo.tar');
    const first = `sha256:${'1'.repeat(64)}` as LayerDigest;
    const second = `sha256:${'2'.repeat(64)}` as LayerDigest;
    view.opened(3);
    view.add({ kind: 'layer-known', layer: first });
    view.add({ kind: 'layer-progress', layer: second, bytes: 500, total: 1_000 });
    vi.advanceTimersByTime(200);
    expect(terminal.lines).toEqual(['Indexing demo.tar: 1 of 3 layers', '  222222222222  ██████████░░░░░░░░░░  500 B of 1.0 kB']);
    screen.clear();
  });
});
