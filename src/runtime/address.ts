// No node:net here: this is loaded at every start, and that costs milliseconds.

type Octets = readonly [number, number, number, number];

/**
 * Whether an IP address is anything but a public unicast one: private, loopback, link-local, shared, reserved,
 * documentation or multicast (the special-purpose registries of RFC 6890), or an IPv6 form that carries such an IPv4 address;
 * and the one public address at which a cloud answers its own machines.
 * What is not an IP address at all counts as private.
 */
export function isPrivateAddress(address: string): boolean {
  const [bare = ''] = address.split('%', 1);
  const octets = parseIpv4(bare);
  if (octets) return isPrivateIpv4(octets);
  const groups = parseIpv6(bare);
  return groups === undefined || isPrivateIpv6(groups);
}

/** Whether the text is an IPv4 or IPv6 address, as a URL's host holds it (an IPv6 address without its brackets). */
export function isIpAddress(text: string): boolean {
  return parseIpv4(text) !== undefined || parseIpv6(text) !== undefined;
}

/** Whether a URL's host name can only be this machine: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopbackHost(hostname: string): boolean {
  const bare = bareHost(hostname);
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  const octets = parseIpv4(bare);
  if (octets) return octets[0] === 127;
  return parseIpv6(bare)?.every((group, index) => group === (index === 7 ? 1 : 0)) === true;
}

/** The host of a URL without the brackets of an IPv6 literal. */
export function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function isPrivateIpv4([a, b, c, d]: Octets): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true;
  if (a === 100) return b >= 64 && b < 128;
  if (a === 168) return b === 63 && c === 129 && d === 16; // Azure's wire server
  if (a === 169) return b === 254;
  if (a === 172) return b >= 16 && b < 32;
  if (a === 192) return b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99);
  if (a === 198) return b === 18 || b === 19 || (b === 51 && c === 100);
  return a === 203 && b === 0 && c === 113;
}

function isPrivateIpv6(groups: readonly number[]): boolean {
  const [a = 0, b = 0] = groups;
  const isZero = (from: number, to: number): boolean => groups.slice(from, to).every((group) => group === 0);
  if (isZero(0, 5) && groups[5] === 0xffff) return isPrivateIpv4(embedded(groups, 6)); // ::ffff:0:0/96, mapped
  if (a === 0x64 && b === 0xff9b && isZero(2, 6)) return isPrivateIpv4(embedded(groups, 6)); // 64:ff9b::/96, NAT64
  if (a === 0x2002) return isPrivateIpv4(embedded(groups, 1)); // 2002::/16, 6to4
  if (a < 0x2000 || a > 0x3fff) return true; // only 2000::/3 is global unicast
  if (a === 0x2001 && (b < 0x200 || b === 0xdb8)) return true; // 2001::/23 (Teredo too), documentation
  return a === 0x3fff && b < 0x1000; // documentation
}

function embedded(groups: readonly number[], at: number): Octets {
  const [high = 0, low = 0] = groups.slice(at, at + 2);
  return [high >> 8, high & 255, low >> 8, low & 255];
}

function parseIpv4(text: string): Octets | undefined {
  const match = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/.exec(text);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = match.slice(1).map(Number);
  return Math.max(a, b, c, d) <= 255 ? [a, b, c, d] : undefined;
}

/** The eight groups, or undefined where the text is no IPv6 address (RFC 4291 §2.2). */
function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (text.length > 45 || !text.includes(':') || halves.length > 2) return undefined;
  const [left, right] = [groupsOf(halves[0] ?? ''), groupsOf(halves[1] ?? '')];
  if (!left || !right) return undefined;
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...left, ...Array.from({ length: missing }, () => 0), ...right];
}

function groupsOf(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const octets = index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (octets) groups.push((octets[0] << 8) | octets[1], (octets[2] << 8) | octets[3]);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
