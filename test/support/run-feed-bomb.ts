// node test/support/run-feed-bomb.ts NAME: reads one of feed-bombs.ts and prints as JSON what became of it and the largest size of the process in MiB.
import type { Advisory, ParseOptions } from '../../src/contracts/index.ts';
import { ClaircoreError } from '../../src/core/index.ts';
import { parseVexArchive } from '../../src/ecosystems/distro/rhel/advisory.ts';
import { parseStreams } from '../../src/ecosystems/distro/rhel/oval-advisory.ts';
import { tarEnd, tarEntry } from '../../src/formats/tar/index.ts';
import { feedBombs, type FeedBomb } from './feed-bombs.ts';
import { peakKiB } from './peak-memory.ts';

async function* archiveOf({ body }: FeedBomb): AsyncGenerator<Uint8Array> {
  let size = 0;
  for (const piece of body()) size += piece.length;
  yield* tarEntry({ path: '2024/cve-2024-0001.json', type: 'file', size }, body());
  yield tarEnd();
}

async function* piecesOf({ body }: FeedBomb): AsyncGenerator<Uint8Array> {
  for (const piece of body()) yield await Promise.resolve(piece);
}

function open(bomb: FeedBomb, options: ParseOptions): AsyncIterable<Advisory> {
  return bomb.feed === 'vex'
    ? parseVexArchive(archiveOf(bomb), 'u', options)
    : parseStreams(piecesOf(bomb), { ...options, updater: 'u', major: '8' });
}

const bomb = feedBombs[process.argv[2] ?? ''];
if (!bomb) throw new Error('no such bomb');
const reasons = new Set<string>();
let outcome = 'read';
try {
  for await (const _ of open(bomb, { onDiagnostic: ({ data }) => void reasons.add(String(data['reason'] ?? 'skipped')) })) continue;
} catch (error) {
  outcome = error instanceof ClaircoreError ? (error as ClaircoreError).code : String(error);
}
const peak = peakKiB() / 1024;
process.stdout.write(JSON.stringify({ outcome: [outcome, ...reasons].join(' '), peak }));
