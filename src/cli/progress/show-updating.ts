import type { UpdateProgress } from '../../libvuln/index.ts';
import { ProgressBoard } from './progress-board.ts';
import type { Screen } from './screen.ts';

/** Shows feeds being loaded: a bar for each that is fetched. Gives the listener for `Libvuln.update`. */
export function showUpdating(screen: Screen): (event: UpdateProgress) => void {
  const board = new ProgressBoard();
  board.title = 'Looking for feeds';
  let total = 0;
  let finished = 0;
  screen.show(board.lines);
  return (event) => {
    switch (event.kind) {
      case 'discovered':
        total += event.updaters.length;
        break;
      case 'started':
        board.set(event.updater, { label: event.updater, done: 0 });
        break;
      case 'progress':
        board.set(event.updater, { label: event.updater, done: event.bytes, total: event.total, note: `${event.advisories} advisories` });
        break;
      case 'finished':
        finished += 1;
        board.delete(event.result.updater);
        break;
    }
    board.title = `Loading feeds: ${Math.min(finished, total)} of ${total}`;
    screen.touch();
  };
}
