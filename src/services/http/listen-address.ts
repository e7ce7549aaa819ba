// Imports nothing: the command line reads its options with it, at every start.

/** Where a daemon listens; port 0 takes any that is free. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `host:port` as Go's net.Listen takes it: `0.0.0.0:8080`, `[::1]:8080`, `localhost:8080`, `:8080` (all interfaces). */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9.-]{0,253})):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const [, ipv6, name = '', digits = ''] = match;
  const port = Number(digits);
  if (port > 65_535 || (ipv6 !== undefined && !URL.canParse(`http://[${ipv6}]`))) return undefined;
  return { host: ipv6 ?? (name === '' ? '0.0.0.0' : name), port };
}
