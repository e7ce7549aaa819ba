import { InputError, type Layer } from '../../../core/index.ts';
import type { HttpHeaders } from '../../../runtime/index.ts';

/** Where a blob is, and what is sent to ask for it. */
export interface BlobAddress {
  readonly url: URL;
  readonly headers: HttpHeaders;
}

const maxUriLength = 8192;
const maxHeaders = 64;
const maxHeaderBytes = 32_768;

/** What is about the connection (RFC 9110 §7.6.1), the host, the body, the range or the coding is ours to say. */
const ours: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'if-range',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Reads where a layer is. Nothing of it may reach an error or a log but host and path: the rest can be a secret.
 * @throws InputError `LAYER_URI_INVALID`, `LAYER_HEADER_INVALID`
 */
export function parseBlobAddress({ digest, uri = '', headers = {} }: Layer): BlobAddress {
  const url = uri.length <= maxUriLength && /^https?:\/\//i.test(uri) ? URL.parse(uri) : null;
  if (!url) throw new InputError('LAYER_URI_INVALID', { layer: digest });
  const values = new Map<string, string[]>();
  let bytes = 0;
  for (const [name, lines] of Object.entries(headers)) {
    const reason = whyRefused(name, lines);
    if (reason !== undefined) throw new InputError('LAYER_HEADER_INVALID', { layer: digest, header: printable(name), reason });
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), ...lines]);
    bytes += lines.reduce((sum, line) => sum + name.length + line.length, 0);
  }
  if (values.size > maxHeaders || bytes > maxHeaderBytes) {
    throw new InputError('LAYER_HEADER_INVALID', { layer: digest, reason: 'too many or too long' });
  }
  return { url, headers: Object.fromEntries(values) };
}

/** @param values whatever a manifest had there */
function whyRefused(name: string, values: unknown): string | undefined {
  if (!isToken(name)) return 'not a name';
  if (ours.has(name.toLowerCase())) return 'not for the caller to set';
  // RFC 9110 §5.5; a line break would begin another header.
  const isList = Array.isArray(values) && values.every((value) => typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value));
  return isList ? undefined : 'not a list of values';
}

/** RFC 9110 §5.6.2. */
function isToken(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/i.test(name);
}

function printable(name: string): string {
  return isToken(name) ? name : '';
}
