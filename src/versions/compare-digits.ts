import type { Order } from '../contracts/index.ts';

const zero = 0x30;

/**
 * The order of two runs of decimal digits as numbers of any size: leading zeros say nothing, an empty run is zero.
 * Version numbers pass 2⁵³ (time stamps, hashes taken for numbers), so they are never made into a `number`.
 */
export function compareDigits(a: string, b: string): Order {
  const fromA = firstSignificant(a);
  const fromB = firstSignificant(b);
  const lengthA = a.length - fromA;
  const lengthB = b.length - fromB;
  if (lengthA !== lengthB) return lengthA < lengthB ? -1 : 1;
  for (let i = 0; i < lengthA; i += 1) {
    const difference = a.charCodeAt(fromA + i) - b.charCodeAt(fromB + i);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return 0;
}

function firstSignificant(digits: string): number {
  let at = 0;
  while (digits.charCodeAt(at) === zero) at += 1;
  return at;
}
