const longest = 512;

/** A URL from which a package was fetched as it may be told: no longer than a reader wants, without user, password and query, where secrets stand. */
export function sourceUrl(url: string): string {
  const [address = '', fragment] = url.slice(0, longest).split('#', 2);
  const [plain = ''] = address.split('?', 1);
  const start = plain.indexOf('://') + '://'.length;
  const end = plain.indexOf('/', start);
  const authority = start < '://'.length ? '' : plain.slice(start, end < 0 ? undefined : end);
  const isUser = authority.includes('@');
  const told = isUser ? plain.slice(0, start) + plain.slice(start + authority.lastIndexOf('@') + 1) : plain;
  return fragment === undefined ? told : `${told}#${fragment}`;
}
