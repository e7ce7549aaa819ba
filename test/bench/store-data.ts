import type { Namespace, PackageQuery, PreparedAdvisory, PreparedRow } from '../../src/contracts/index.ts';

// Advisories with the skew of the real feeds together: 5.9 rows an advisory; a name for every 25 rows, the median package with one row
// and `linux` with 6,892 of 2 M in one namespace; 97 % of ranges without a lower end, 13 % without an upper; 800 bytes of text an advisory.

/** A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const names = 77_000;
/** What a vendor of products ships: few packages, each in many advisories. */
const productPackages = 600;
const linuxShare = 0.116;
const vocabulary = makeVocabulary();
const distro = namespaceList('deb', ['debian:11', 'debian:12', 'debian:13', 'debian:sid', 'ubuntu:20.04', 'ubuntu:22.04', 'ubuntu:24.04']);
const alpine = namespaceList(
  'apk',
  Array.from({ length: 22 }, (_, minor) => `alpine:3.${minor}`),
);
const language = namespaceList('semver', ['npm', 'pypi', 'maven', 'go', 'crates.io', 'composer', 'gem', 'nuget']);
const redhat = namespaceList(
  'rpm',
  Array.from({ length: 1500 }, (_, index) => `redhat:cpe:/a:redhat:product_${index % 90}:${index}`),
);

function namespaceList(scheme: string, keys: readonly string[]): readonly Namespace[] {
  return keys.map((key) => {
    const [did = '', ...rest] = key.split(':');
    return { key, scheme, ...(rest.length > 0 ? { distribution: { did, versionId: rest.join(':') } } : { repository: { name: did } }) };
  });
}

/** Advisories with about so many rows in all. */
export function* generateAdvisories(rows: number, seed = 1): Generator<PreparedAdvisory> {
  const random = seeded(seed);
  let made = 0;
  for (let number = 0; made < rows; number += 1) {
    const advisory = makeAdvisory(random, `CVE-${1999 + Math.floor(random() * 27)}-${seed * 1_000_000 + number}`);
    made += advisory.rows.length;
    yield advisory;
  }
}

/** A package of an image: numbers make its version. */
export interface InstalledPackage {
  readonly namespace: 'debian:12' | 'npm';
  readonly name: string;
  readonly kind: 'source' | 'binary';
  readonly version: readonly number[];
}

/**
 * One image: 390 source packages of Debian 12 with `linux`, 210 that no feed knows, 400 of npm, 250 of them unknown.
 * What is installed is recent: most fixes are older.
 */
export function generateInstalled(seed = 7): readonly InstalledPackage[] {
  const random = seeded(seed);
  const installed = (namespace: InstalledPackage['namespace'], name: string): InstalledPackage => ({
    namespace,
    name,
    kind: namespace === 'npm' ? 'binary' : 'source',
    version: [11, 15 + Math.floor(random() * 5), 30 + Math.floor(random() * 30)],
  });
  const ranks = new Set<number>();
  while (ranks.size < 539) ranks.add(Math.floor(names * random() ** 2));
  const known = [...ranks].map(nameOfRank);
  return [
    installed('debian:12', 'linux'),
    ...known.slice(0, 389).map((name) => installed('debian:12', name)),
    ...Array.from({ length: 210 }, (_, index) => installed('debian:12', `unknown-${index}`)),
    ...known.slice(389).map((name) => installed('npm', name)),
    ...Array.from({ length: 250 }, (_, index) => installed('npm', `unknown-${index}`)),
  ];
}

/** The questions that the image asks. */
export function generateQueries(): readonly PackageQuery[] {
  return generateInstalled().map(({ namespace, name, kind, version }) => ({ namespace, name, kind, key: versionKey(version) }));
}

function makeAdvisory(random: () => number, name: string): PreparedAdvisory {
  const kind = random();
  const part = kind < 0.35 && random() < linuxShare ? 'linux' : packageName(random, kind < 0.8 ? names : productPackages);
  const rows = [...makeRows(random, kind, part, name)];
  const hash = Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256));
  const links = Array.from(
    { length: 1 + Math.floor(random() * 5) },
    () => `https://${word(random)}.example/${word(random)}/${Math.floor(random() * 1e6)}/${name}`,
  );
  const description = prose(random, 20 + Math.floor(random() * 90));
  return {
    part,
    name,
    aliases: random() < 0.2 ? [`GHSA-${name}`] : [],
    description,
    links,
    issued: '',
    url: `https://feed.example/${part.length}.json`,
    hash,
    placeHash: hash.subarray(0, 8),
    rows,
  };
}

function* makeRows(random: () => number, kind: number, part: string, name: string): Generator<PreparedRow> {
  const version = pickVersion(random);
  if (kind < 0.35) {
    for (const namespace of distro)
      if (random() < 0.64) yield makeRow(random, namespace, part, `/${part}/${name}/releases/${namespace.key}`, version);
  } else if (kind < 0.5) {
    yield makeRow(
      random,
      choose(random, alpine),
      part,
      `/packages/${Math.floor(random() * 1500)}/pkg/secfixes/${version.join('.')}-r0/0`,
      version,
    );
  } else if (kind < 0.8) {
    const namespace = homeOf(part, language, 0);
    for (let range = 0; range < 1 + Math.floor(random() * 2); range += 1)
      yield makeRow(random, namespace, part, `/affected/0/ranges/${range}`, pickVersion(random));
  } else {
    const products = Array.from({ length: 1 + Math.floor(random() * 8) }, (_, index) => homeOf(part, redhat, index));
    for (const suffix of ['', '-libs', '-devel', '-debuginfo'])
      for (const [index, namespace] of products.entries())
        yield makeRow(random, namespace, part + suffix, `/vulnerabilities/0/product_status/fixed/${index}`, version);
  }
}

function makeRow(random: () => number, namespace: Namespace, name: string, pointer: string, version: readonly number[]): PreparedRow {
  const isFixed = random() >= 0.13;
  const fixed = `${version.join('.')}-${1 + Math.floor(random() * 2)}`;
  const introduced = random() < 0.03 ? '0.1' : undefined;
  return {
    namespace,
    package: { name, kind: namespace.scheme === 'deb' ? 'source' : 'binary', module: '', arch: '', archOperation: '' },
    range: { ...(introduced !== undefined && { introduced }), ...(isFixed && { fixed }) },
    keys: {
      lo: introduced === undefined ? new Uint8Array() : versionKey([0, 1]),
      hi: isFixed ? versionKey([...version, Number(fixed.at(-1))]) : Uint8Array.of(0xff),
      exact: true,
    },
    status: 'affected',
    fixState: isFixed ? 'fixed' : 'not-fixed',
    severity: ['low', 'medium', 'high', ''][Math.floor(random() * 4)] ?? '',
    normalizedSeverity: 'Unknown',
    pointer,
  };
}

/** As long as real keys: 22 bytes in the mean. */
export function versionKey(numbers: readonly number[]): Uint8Array {
  return Uint8Array.from(numbers.flatMap((number) => [0x20, 0x30, 2, number >> 8, number & 0xff]));
}

function pickVersion(random: () => number): readonly number[] {
  return [Math.floor(random() ** 2 * 12), Math.floor(random() * 20), Math.floor(random() ** 3 * 60)];
}

/** A package is of one ecosystem, and in few products. */
function homeOf(part: string, namespaces: readonly Namespace[], index: number): Namespace {
  return namespaces[(Number(part.split('-').at(-1)) * 31 + index) % namespaces.length] as Namespace;
}

/** A few names are asked for again and again, most hardly ever. */
function packageName(random: () => number, among = names): string {
  const rank = Math.floor(among * random() ** 3);
  return nameOfRank(rank);
}

function nameOfRank(rank: number): string {
  return `${word(seeded(rank))}-${rank}`;
}

function makeVocabulary(): readonly string[] {
  const random = seeded(42);
  const letters = 'etaoinshrdlucmfwypvbgkjqxz';
  const letter = (): string => letters.charAt(Math.floor(random() ** 2 * letters.length));
  return Array.from({ length: 4000 }, () => Array.from({ length: 2 + Math.floor(random() * 8) }, letter).join(''));
}

function word(random: () => number): string {
  return vocabulary[Math.floor(random() ** 3 * vocabulary.length)] ?? '';
}

function prose(random: () => number, words: number): string {
  return Array.from({ length: words }, () => (random() < 0.03 ? String(Math.floor(random() * 1e4)) : word(random))).join(' ');
}

function choose<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}
