// claircore/versions: which of two versions is the newer one, and how a range becomes bytes that any database can compare.
// Run in a checkout: npx node examples/library/version-order.ts
import { compareKeys, debScheme, isInRange, rangeKeys, versionSchemes } from 'claircore/versions';

console.log('schemes:', [...versionSchemes.keys()].join(' '));

// Parsing never throws: what is no version says why.
const bad = debScheme.parse('1.0-');
if (!bad.ok) console.log(`1.0- is no version: ${bad.reason}`);

function parse(text: string) {
  const parsed = debScheme.parse(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.reason}`);
  return parsed.value;
}

// Order by comparing two at a time: −1, 0 or 1.
const versions = ['1:1.0', '1.10', '1.9', '1.10~rc1', '1.10-1+deb12u1'].map(parse);
versions.sort((a, b) => debScheme.compare(a, b));
console.log('compared:', versions.map(toText).join(' < '));

// The same order by bytes alone: a key is made once, and from then on nothing has to know what a version is.
const keyed = versions.map((version) => ({ version, key: debScheme.key(version) ?? new Uint8Array() }));
keyed.sort((a, b) => compareKeys(a.key, b.key));
console.log('by bytes:', keyed.map(({ version }) => toText(version)).join(' < '));
for (const { version, key } of keyed) console.log(`${toText(version).padEnd(14)} ${toHex(key)}`);

// An advisory's range as bytes: half-open, lo ≤ key < hi, so that `WHERE lo <= ? AND ? < hi` answers "is it affected".
const advisory = { introduced: '1.9', fixed: '1.10-1' };
const range = rangeKeys(debScheme, advisory);
if (range.kind === 'keyed') {
  const { lo, hi } = range.range;
  console.log(`1.9 ≤ v < 1.10-1: ${toHex(lo)} … ${toHex(hi)}`);
  for (const { version, key } of keyed) {
    const isInside = compareKeys(lo, key) <= 0 && compareKeys(key, hi) < 0;
    // Comparing says the same; it also decides where a version has no key.
    console.log(`${toText(version).padEnd(14)} ${isInside ? 'inside' : 'outside'} ${isInRange(debScheme, version, advisory) === isInside}`);
  }
}

function toText({ epoch, upstream, revision }: ReturnType<typeof parse>): string {
  return `${epoch === 0 ? '' : `${epoch}:`}${upstream}${revision === '0' ? '' : `-${revision}`}`;
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
