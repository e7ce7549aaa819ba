import type { IndexProgress } from '../../libindex/index.ts';
import { printable } from '../../reports/index.ts';
import { ProgressBoard } from './progress-board.ts';
import type { Screen } from './screen.ts';

/** Shows an image being indexed: a bar for each layer that is read. */
export interface IndexingView {
  opened(layers: number): void;
  add(event: IndexProgress): void;
}

export function showIndexing(screen: Screen, reference: string): IndexingView {
  const board = new ProgressBoard();
  const name = printable(reference);
  const finished = new Set<string>();
  let total = 0;
  let isWaiting = false;
  const retitle = (): void => {
    if (isWaiting) board.title = `Waiting for another process that indexes ${name}`;
    else board.title = total === 0 ? `Opening ${name}` : `Indexing ${name}: ${Math.min(finished.size, total)} of ${total} layers`;
    screen.touch();
  };
  retitle();
  screen.show(board.lines);
  return {
    opened(layers) {
      total = layers;
      retitle();
    },
    add(event) {
      // Whatever comes next, the wait is over.
      isWaiting = event.kind === 'manifest-waiting';
      switch (event.kind) {
        case 'layer-known':
        case 'layer-done':
          finished.add(event.layer);
          board.delete(event.layer);
          break;
        case 'layer-waiting':
          board.set(event.layer, { label: shorten(event.layer), done: 0, note: 'read by another process' });
          break;
        case 'layer-progress':
          board.set(event.layer, { label: shorten(event.layer), done: event.bytes, total: event.total });
          break;
        case 'layer-reread':
          board.set(`${event.layer} again`, { label: shorten(event.layer), done: 0, note: `read again for ${event.paths} paths` });
          break;
        case 'manifest-waiting':
        case 'state':
          break;
      }
      retitle();
    },
  };
}

/** As much of a digest as people compare. */
function shorten(digest: string): string {
  return digest.replace(/^sha\d+:/, '').slice(0, 12);
}
