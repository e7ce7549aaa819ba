import { LayerBuilder } from '../../src/testing/index.ts';
import { concatBytes } from '../../src/testing/layer-builder.ts';
import { compress } from '../../src/testing/compress.ts';
import { debianRelease, dpkgStatus, packageJson } from './small-image.ts';

export interface EdgeCase {
  readonly name: string;
  /** Base first: tars, or, for the case of several gzip members, the blob as it is. */
  readonly layers: readonly Uint8Array[];
  /** What must be found: `name@version`, tab, path. */
  readonly places: readonly string[];
  /** Diagnostics that must be there besides; none of another code may be a warning. */
  readonly warnings?: readonly string[];
}

const modules = 'app/node_modules';
const manifestOf = (name: string, at = name): string => `${modules}/${at}/package.json`;
const found = (name: string, version = '1.0.0', at = name): string => `${name}@${version}\t/${modules}/${at}/package.json`;

/** A long path, of which neither half fits the fields of ustar. */
const long = `app/${'d'.repeat(90)}/${'e'.repeat(90)}/node_modules/longname/package.json`;
const longLinks = (builder: LayerBuilder): LayerBuilder => builder.symlink('lnk', long).hardlink('hl', long);

const lowAndOpaque = new LayerBuilder().directory('app').file(manifestOf('low'), packageJson('low')).build();
const demo = [{ name: 'demo', version: '1.0-1' }];

/** The cases of real layers that are unusual but do occur, or are hostile; one for each of a well-known list, then more of the kind. */
export const edgeCases: readonly EdgeCase[] = [
  {
    name: 'no-trailer: the last entry unpadded, no end mark',
    layers: [
      lowAndOpaque,
      new LayerBuilder().opaque(modules).file(`${modules}/new/f`, 'upper\n').build({ trailer: 'none', padLast: false }),
    ],
    places: [],
  },
  {
    name: 'opaque-last: the opaque mark behind the new content of its directory',
    layers: [lowAndOpaque, new LayerBuilder().file(manifestOf('new'), packageJson('new')).opaque(modules).build()],
    places: [found('new')],
  },
  {
    name: 'same-layer-wh: a file and its whiteout in one layer',
    layers: [
      new LayerBuilder().file(manifestOf('a'), packageJson('a')).file(manifestOf('b'), packageJson('b')).build(),
      new LayerBuilder().whiteout(`${modules}/a`).file(manifestOf('a'), packageJson('a', '2.0.0')).whiteout(`${modules}/b`).build(),
    ],
    places: [found('a', '2.0.0')],
  },
  {
    name: 'dotslash: ./a, /b, a//b, and a duplicate entry',
    layers: [
      new LayerBuilder()
        .directory('./')
        .file(`./${manifestOf('a')}`, packageJson('a'))
        .file(`/${manifestOf('b')}`, packageJson('b'))
        .file(`${modules}//c//package.json`, packageJson('c'))
        .file(manifestOf('d'), packageJson('d'))
        .file(`./${manifestOf('d')}`, packageJson('d', '9.9.9'))
        .build(),
    ],
    places: [found('a'), found('b'), found('c'), found('d', '9.9.9')],
  },
  {
    name: 'traversal: names and links that lead out of the root',
    layers: [
      new LayerBuilder()
        .file('../../../../tmp/pwned', 'x')
        .symlink('out', '/tmp')
        .file('out/pwned2', 'x')
        .symlink('up', '../../../..')
        .hardlink('hl', '../../../../etc/passwd')
        .file(manifestOf('ok'), packageJson('ok'))
        .build(),
    ],
    places: [found('ok')],
    warnings: ['ENTRY_OUTSIDE_ROOT'],
  },
  {
    name: 'gnu-longname: records for a long name and a long link',
    layers: [
      longLinks(new LayerBuilder().gnuLong('L', long).file(long.slice(0, 99), packageJson('longname')))
        .gnuLong('K', long)
        .symlink('gnu', long.slice(0, 99))
        .build(),
    ],
    places: [`longname@1.0.0\t/${long}`],
  },
  {
    name: 'pax-path: pax records for path, link and size',
    layers: [
      longLinks(new LayerBuilder().file(long, packageJson('longname')))
        .file(manifestOf('ünïcode'), packageJson('unicode'))
        .build(),
    ],
    places: [`longname@1.0.0\t/${long}`, found('unicode', '1.0.0', 'ünïcode')],
  },
  {
    name: 'sparse: a sparse file of pax 1.0 and one of the old form',
    layers: [
      new LayerBuilder()
        .paxSparse(
          'sparse',
          [
            { offset: 1 << 20, data: 'data' },
            { offset: (1 << 26) - 4, data: 'tail' },
          ],
          1 << 26,
        )
        .gnuSparse('old-sparse', [{ offset: 1 << 20, data: 'data' }], 1 << 26)
        .build(),
    ],
    places: [],
  },
  {
    name: 'sparse files that are wanted are put together',
    layers: [
      new LayerBuilder()
        .paxSparse(
          manifestOf('pax'),
          [
            { offset: 0, data: '{"name":"pax",' },
            { offset: 20, data: '"version":"1.0.0"}' },
          ],
          38,
        )
        .gnuSparse(manifestOf('gnu'), [{ offset: 0, data: '{"name":"gnu","version":"1.0.0"}' }], 32)
        .build(),
    ],
    // The hole of the first is NUL bytes between two members: not JSON, and said so.
    places: [found('gnu')],
    warnings: ['FILE_UNPARSABLE'],
  },
  {
    name: 'devices: character, block and fifo entries',
    layers: [
      new LayerBuilder()
        .characterDevice('dev/null')
        .blockDevice('dev/sda')
        .fifo('run/fifo')
        .file(manifestOf('ok'), packageJson('ok'))
        .build(),
    ],
    places: [found('ok')],
  },
  {
    name: 'wh-hardlink: a hard link whose first name a higher layer deletes',
    layers: [
      new LayerBuilder().file(manifestOf('a'), packageJson('a')).hardlink(manifestOf('b'), manifestOf('a')).build(),
      new LayerBuilder().whiteout(manifestOf('a')).build(),
    ],
    places: [found('a', '1.0.0', 'b')],
  },
  {
    name: 'symlinked-db: /var/lib/dpkg is a symbolic link',
    layers: [
      new LayerBuilder()
        .file('etc/os-release', debianRelease)
        .directory('var/lib')
        .symlink('var/lib/dpkg', '../../usr/lib/dpkg-db')
        .file('usr/lib/dpkg-db/status', dpkgStatus(demo))
        .build(),
    ],
    places: ['demo@1.0-1\t/var/lib/dpkg/status'],
  },
  {
    name: 'empty-layer',
    layers: [new LayerBuilder().build(), new LayerBuilder().file(manifestOf('ok'), packageJson('ok')).build()],
    places: [found('ok')],
  },
  {
    name: 'multi-gzip: several gzip members, one after another',
    layers: [inMembers(new LayerBuilder().file(manifestOf('ok'), packageJson('ok')).file('pad', noise(300_000)).build(), 100_000)],
    places: [found('ok')],
  },
  {
    name: 'a package that an opaque directory hides',
    layers: [
      new LayerBuilder()
        .file(manifestOf('hidden'), packageJson('hidden'))
        .file('keep/node_modules/k/package.json', packageJson('k'))
        .build(),
      new LayerBuilder().directory('app').opaque('app').build(),
    ],
    places: ['k@1.0.0\t/keep/node_modules/k/package.json'],
  },
  {
    name: 'a directory that a file replaces',
    layers: [
      new LayerBuilder().file(manifestOf('gone'), packageJson('gone')).build(),
      new LayerBuilder().file(`${modules}/gone`, 'now a file').build(),
      new LayerBuilder().file('unrelated', 'x').build(),
    ],
    places: [],
  },
  {
    name: 'a file that a directory replaces',
    layers: [
      new LayerBuilder().file(`${modules}/late`, 'a file first').build(),
      new LayerBuilder().file(manifestOf('late'), packageJson('late')).build(),
    ],
    places: [found('late')],
  },
  {
    name: 'a directory that a symbolic link replaces',
    layers: [
      new LayerBuilder().file(manifestOf('old'), packageJson('old')).file('store/new/package.json', packageJson('new')).build(),
      new LayerBuilder().symlink(`${modules}/old`, '../../store/new').build(),
    ],
    places: [found('new', '1.0.0', 'old')],
  },
  {
    name: 'a symbolic link into a layer below, to a file that nobody wanted there',
    layers: [
      new LayerBuilder().file('etc/os-release', debianRelease).file('data/db', dpkgStatus(demo)).build(),
      new LayerBuilder().symlink('var/lib/dpkg/status', '/data/db').build(),
    ],
    places: ['demo@1.0-1\t/var/lib/dpkg/status'],
  },
  {
    name: 'a chain of links, the middle of which a higher layer turns elsewhere',
    layers: [
      new LayerBuilder()
        .file('v1/node_modules/p/package.json', packageJson('p', '1.0.0'))
        .file('v2/node_modules/p/package.json', packageJson('p', '2.0.0'))
        .symlink('current', 'v1')
        .symlink('opt/app', '../current')
        .build(),
      new LayerBuilder().symlink('current', 'v2').whiteout('v1').build(),
    ],
    places: ['p@2.0.0\t/v2/node_modules/p/package.json'],
  },
  {
    name: 'two archives, one after another, and a hard link that comes before its target',
    layers: [
      concatBytes(
        new LayerBuilder()
          .hardlink(manifestOf('first'), 'store/first.json')
          .file('store/first.json', packageJson('first'))
          .build({ trailer: 'none' }),
        new LayerBuilder().file(manifestOf('second'), packageJson('second')).build(),
      ),
    ],
    places: [found('first'), found('second')],
  },
];

/** The data as gzip members of so many bytes each. */
function inMembers(data: Uint8Array, size: number): Uint8Array {
  const members: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += size) members.push(compress(data.subarray(at, at + size), 'gzip'));
  return concatBytes(...members);
}

/** Bytes that do not compress; always the same. They come again after 64 KiB, which is further than deflate looks back. */
export function noise(length: number, seed = 1): Uint8Array {
  const next = randomSource(seed);
  const block = Uint8Array.from({ length: Math.min(length, 65_536) }, () => next() & 0xff);
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += block.length) bytes.set(block.subarray(0, length - at), at);
  return bytes;
}

/** Mulberry32: 32-bit numbers that a seed decides. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
