/** A stream of numbers from 0 up to 1 that is the same each time (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const encoder = new TextEncoder();

/** The beginnings of formats that parsers know, each followed by what they do not expect. */
const beginnings: Readonly<Record<string, readonly number[]>> = {
  ELF: [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1],
  'an ELF program': [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 62, 0],
  zip: [0x50, 0x4b, 3, 4],
  gzip: [0x1f, 0x8b, 8],
  SQLite: [...encoder.encode('SQLite format 3\0')],
  'Berkeley DB hash': [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x61, 0x15, 6, 0],
  ndb: [...encoder.encode('RpmP')],
  PE: [0x4d, 0x5a],
  UTF16: [0xff, 0xfe],
  'a fake package file': [...encoder.encode('PKG ')],
};

const texts: Readonly<Record<string, string>> = {
  nothing: '',
  'white space': ' \n\t\r\n\n',
  'a NUL': '\0',
  'one line without an end': 'Package',
  'no keys': ':::\n=\n==\n- \n[]\n',
  'long line': 'A'.repeat(100_000),
  'many lines': 'P:a\n\n'.repeat(20_000),
  'deep JSON': '['.repeat(50_000),
  'JSON of the wrong kind': '{"name":{"name":[]},"version":[null],"packages":{"":1,"__proto__":{"version":"1"}}}',
  'a JSON null': 'null',
  'deep XML': '<a>'.repeat(20_000),
  'XML entities': '<!DOCTYPE a [<!ENTITY b "&c;"><!ENTITY c "&b;">]><a>&b;</a>',
  'a key of the prototype': '__proto__=x\nconstructor: y\nID=__proto__\nVERSION_ID=constructor\n',
  'half a package': 'Package: a\nStatus: install ok installed\nVersion:\n\nP:b\nV:\n\n',
  'a huge number': 'VERSION_ID=' + '9'.repeat(5000) + '\nV:' + '9'.repeat(5000) + '\n',
};

/** Content that no parser expects, by name; the same each time. What a parser does with it must be a diagnostic at most. */
export function oddContents(): ReadonlyMap<string, Uint8Array> {
  const random = seededRandom(1);
  const noise = (length: number): number[] => Array.from({ length }, () => Math.floor(random() * 256));
  const contents = new Map<string, Uint8Array>(Object.entries(texts).map(([name, text]) => [name, encoder.encode(text)]));
  contents.set('no UTF-8', Uint8Array.from([0xc3, 0x28, 0xa0, 0xff, 0x0a]));
  for (const [name, bytes] of Object.entries(beginnings)) {
    contents.set(`${name}, then noise`, Uint8Array.from([...bytes, ...noise(300)]));
    contents.set(`${name}, then zeros`, Uint8Array.from([...bytes, ...Array.from({ length: 5000 }, () => 0)]));
    contents.set(`${name}, then ones`, Uint8Array.from([...bytes, ...Array.from({ length: 5000 }, () => 0xff)]));
  }
  for (let index = 1; index <= 10; index += 1) contents.set(`noise ${index}`, Uint8Array.from(noise(index * 97)));
  return contents;
}
