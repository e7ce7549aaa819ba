/**
 * A second implementation of dpkg's version order, for the proofs only: the walk of deb-version(7) over both strings,
 * with no parsed form and no key. It shares nothing with src/versions.
 */
const weight = (char: string | undefined): number => {
  if (char === undefined || (char >= '0' && char <= '9')) return 0;
  if (char === '~') return -1;
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256;
};

function comparePart(a: string, b: string): number {
  let left = a;
  let right = b;
  while (left !== '' || right !== '') {
    while ((left !== '' && !/^\d/.test(left)) || (right !== '' && !/^\d/.test(right))) {
      const sign = weight(left[0]) - weight(right[0]);
      if (sign !== 0) return sign;
      left = left.slice(1);
      right = right.slice(1);
    }
    const [leftDigits = ''] = /^\d*/.exec(left) ?? [];
    const [rightDigits = ''] = /^\d*/.exec(right) ?? [];
    const difference = BigInt(leftDigits || '0') - BigInt(rightDigits || '0');
    if (difference !== 0n) return difference < 0n ? -1 : 1;
    left = left.slice(leftDigits.length);
    right = right.slice(rightDigits.length);
  }
  return 0;
}

function split(version: string): readonly [bigint, string, string] {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  return [
    colon < 0 ? 0n : BigInt(version.slice(0, colon)),
    hyphen < 0 ? rest : rest.slice(0, hyphen),
    hyphen < 0 ? '' : rest.slice(hyphen + 1),
  ];
}

/** −1, 0, 1; for well-formed versions. */
export function naiveDebCompare(a: string, b: string): number {
  const [leftEpoch, leftUpstream, leftRevision] = split(a);
  const [rightEpoch, rightUpstream, rightRevision] = split(b);
  if (leftEpoch !== rightEpoch) return leftEpoch < rightEpoch ? -1 : 1;
  return Math.sign(comparePart(leftUpstream, rightUpstream) || comparePart(leftRevision, rightRevision));
}
