import { defaultLimits, type Limits } from '../../src/core/limits.ts';
import { markdownTable, type Page } from './page.ts';

interface LimitNote {
  readonly unit: 'bytes' | 'ms' | 'times' | '';
  readonly of: string;
  /** What happens where it is passed. */
  readonly passed: string;
}

const skipped = (code: string): string => `the file is passed over, diagnostic \`${code}\``;
const fails = (code: string): string => `error \`${code}\``;

/** Every limit has to be told: a new one does not compile without its line. */
const notes: Readonly<Record<keyof Limits, LimitNote>> = {
  layerBytes: { unit: 'bytes', of: 'a layer, uncompressed', passed: fails('LIMIT_LAYER_SIZE') },
  layerEntries: { unit: '', of: 'entries of a layer', passed: fails('LIMIT_LAYER_ENTRIES') },
  layerTime: { unit: 'ms', of: 'the time for one layer', passed: fails('LIMIT_LAYER_TIME') },
  pathBytes: { unit: 'bytes', of: 'a path in a layer', passed: 'the entry is passed over, diagnostic `ENTRY_NAME_TOO_LONG`' },
  fileBytes: { unit: 'bytes', of: 'a file that a scanner wants whole', passed: skipped('FILE_TOO_LARGE') },
  randomAccessBytes: { unit: 'bytes', of: 'a file that a scanner reads at offsets', passed: skipped('FILE_TOO_LARGE') },
  keptBytes: { unit: 'bytes', of: 'wanted files of one layer in memory', passed: 'the rest goes to temporary files' },
  layerMapMemory: { unit: 'bytes', of: 'a layer map in memory', passed: 'the rest goes to temporary files' },
  layerMapBytes: { unit: 'bytes', of: 'a layer map', passed: fails('LIMIT_LAYER_MAP') },
  ratio: { unit: 'times', of: 'inflated bytes to compressed ones, once `ratioFloor` was inflated', passed: fails('LIMIT_RATIO') },
  ratioFloor: { unit: 'bytes', of: 'what may be inflated whatever the ratio', passed: '' },
  nesting: { unit: '', of: 'image indexes in image indexes', passed: fails('LIMIT_NESTING') },
  linkPaths: {
    unit: '',
    of: 'paths through symbolic links that are asked of scanners, for one image',
    passed: 'the rest is given up, diagnostic `LINK_BUDGET`, coverage incomplete',
  },
};

export function limitsPage(): Page {
  const rows = Object.entries(notes).map(([name, { unit, of, passed }]) => [
    `\`${name}\``,
    of,
    amount[unit](defaultLimits[name as keyof Limits]),
    passed,
  ]);
  const text = [
    '# Limits',
    '',
    'Images and feeds are hostile by assumption: every read of them is bounded. These limits are options of `createLayerEngine({ limits })` and `Libindex.open({ limits })`; `openLibindex({ limits })` sets both.',
    'Generated from `src/core/limits.ts` by `npm run docs`.',
    '',
    ...markdownTable(['limit', 'of', 'default', 'what happens beyond it'], rows),
    '',
  ].join('\n');
  return { path: 'docs/reference/limits.md', text };
}

const amount: Readonly<Record<LimitNote['unit'], (value: number) => string>> = {
  bytes: inBytes,
  ms: (value) => `${value / 60_000} min`,
  times: (value) => `${value} : 1`,
  '': (value) => value.toLocaleString('en-US'),
};

function inBytes(value: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  const power = units.findLastIndex((_, index) => value % 1024 ** index === 0);
  return `${value / 1024 ** power} ${units[power] ?? ''}`;
}
