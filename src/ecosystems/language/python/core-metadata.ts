import type { NamedPackage } from '../../../families/index.ts';
import { normalizeName } from './normalize-name.ts';

/** Headers are short; what is beyond is a description. */
const mostHeaderBytes = 1024 * 1024;
const longestField = 512;

/**
 * Reads `Name` and `Version` of core metadata (packaging.python.org, "Core metadata specifications"): e-mail headers, names in any case, continued by indented lines,
 * up to the first empty line. Of a header that is there twice the first counts, as for Python's own reader. The name is normalised.
 */
export function parseCoreMetadata(bytes: Uint8Array): NamedPackage {
  // TextDecoder takes the byte order mark away
  const text = new TextDecoder().decode(bytes.subarray(0, mostHeaderBytes));
  const fields = new Map<string, string>();
  let headers = 0;
  let at = 0;
  while (at < text.length) {
    const end = endOfLine(text, at);
    const line = text.slice(at, Math.min(end, at + longestField + 64));
    at = end + 1;
    if (line.trim() === '') {
      if (headers > 0 && (line === '' || line === '\r')) break;
      continue;
    }
    const colon = line.indexOf(':');
    if (line.startsWith(' ') || line.startsWith('\t') || colon <= 0) continue;
    headers += 1;
    const key = line.slice(0, colon).toLowerCase();
    if ((key === 'name' || key === 'version') && !fields.has(key)) fields.set(key, line.slice(colon + 1).trim());
  }
  if (headers === 0) return { kind: 'unparsable' };
  const [name, version] = [identifier(fields.get('name')), identifier(fields.get('version'))];
  return name === '' || version === '' ? { kind: 'unidentified', name } : { kind: 'package', name: normalizeName(name), version };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** `UNKNOWN` is what setuptools writes where nobody gave a name. */
function identifier(value = ''): string {
  return value.length > longestField || value === 'UNKNOWN' ? '' : value;
}
