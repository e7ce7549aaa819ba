const modulus = 65_521;
/** As many bytes as can be summed before the sums pass 32 bits, RFC 1950. */
const stretch = 5552;

/** The checksum of RFC 1950. */
export function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let start = 0; start < bytes.length; start += stretch) {
    const end = Math.min(start + stretch, bytes.length);
    for (let at = start; at < end; at += 1) {
      a += bytes[at] ?? 0;
      b += a;
    }
    a %= modulus;
    b %= modulus;
  }
  return b * 0x1_0000 + a;
}
