import { viewOf } from '../bytes.ts';

const signaturePacket = 2;
const subpackets = { issuer: 16, issuerFingerprint: 33 } as const;
const keyIdBytes = 8;

/**
 * The id of the key that made an OpenPGP signature of bytes: 16 lower-case hex digits. Packets of version 3 and 4, RFC 9580 §5.2;
 * undefined for all else.
 */
export function signingKey(packet: Uint8Array): string | undefined {
  const body = bodyOf(packet);
  if (body === undefined) return undefined;
  if (body[0] === 3) return body.length >= 15 && body[2] === 0 ? hex(body.subarray(7, 7 + keyIdBytes)) : undefined;
  if (body[0] !== 4 || body[1] !== 0 || body.length < 6) return undefined;
  const view = viewOf(body);
  const hashedEnd = 6 + view.getUint16(4);
  const unhashedAt = hashedEnd + 2;
  if (unhashedAt > body.length) return undefined;
  const unhashedEnd = unhashedAt + view.getUint16(hashedEnd);
  return issuerIn(body.subarray(6, hashedEnd)) ?? issuerIn(body.subarray(unhashedAt, unhashedEnd));
}

/** What is in the first packet if it is a signature: the old form of a packet's head has the length's width in two bits, the new one does not. */
function bodyOf(packet: Uint8Array): Uint8Array | undefined {
  const head = packet[0] ?? 0;
  if ((head & 0x80) === 0) return undefined;
  if ((head & 0x40) !== 0) {
    const length = (head & 0x3f) === signaturePacket ? newLength(packet, 1) : undefined;
    return length && packet.subarray(length.end, length.end + length.value);
  }
  const width = [1, 2, 4][head & 0x03];
  if (((head >> 2) & 0x0f) !== signaturePacket || width === undefined || packet.length < 1 + width) return undefined;
  const length = packet.subarray(1, 1 + width).reduce((sum, byte) => sum * 256 + byte, 0);
  return packet.subarray(1 + width, 1 + width + length);
}

function issuerIn(area: Uint8Array): string | undefined {
  for (let at = 0; at < area.length;) {
    const length = newLength(area, at);
    if (length === undefined || length.value === 0) return undefined;
    const type = (area[length.end] ?? 0) & 0x7f;
    const body = area.subarray(length.end + 1, length.end + length.value);
    if (type === subpackets.issuer && body.length === keyIdBytes) return hex(body);
    // A version, then the fingerprint, of which a key of version 4 has its id at the end.
    if (type === subpackets.issuerFingerprint && body[0] === 4 && body.length === 21) return hex(body.subarray(13));
    at = length.end + length.value;
  }
  return undefined;
}

/** Lengths of one, two and five bytes, RFC 9580 §4.2.1 and §5.2.3.1. */
function newLength(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 192) return { value: first, end: at + 1 };
  if (first < 255) return { value: (first - 192) * 256 + (bytes[at + 1] ?? 0) + 192, end: at + 2 };
  return at + 5 <= bytes.length ? { value: viewOf(bytes).getUint32(at + 1), end: at + 5 } : undefined;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
