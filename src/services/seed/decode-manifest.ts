import { isDigest, type Layer, type LayerDigest, type Manifest, type ManifestDigest } from '../../core/index.ts';
import { JsonCursor } from '../../reports/index.ts';

/** An image of the OCI has at most some hundreds. */
const mostLayers = 10_000;
const mostUri = 16_384;
const mostHeaderText = 65_536;
const digestForm = 'a digest (sha256:<64 hex> or sha512:<128 hex>)';
const uriForm = 'an absolute http or https URL without a user name';
const headersForm = 'an object from header names to lists of values';
/** `token` of RFC 9110 §5.6.2. */
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/;
/** `field-value` of RFC 9110 §5.5, as Node.js takes it. */
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/**
 * Reads a manifest as claircore v0.0.7 takes it: `hash` and `layers`, each `{hash, format, image_format, remote_path: {uri, headers}}`;
 * or today's `{hash, uri, headers}`. `format` and `image_format` are free text: what a layer is, is seen from its bytes.
 * Errors never show a URI or a header value.
 * @throws InputError `MANIFEST_INVALID`; `data.path` is an RFC 6901 pointer to what is wrong
 */
export function decodeSeedManifest(value: unknown): Manifest {
  const root = new JsonCursor(value, '', 'MANIFEST_INVALID');
  root.assertOnly(['hash', 'layers']);
  const layers = root.member('layers');
  const items = [...layers.items()];
  if (items.length === 0 || items.length > mostLayers) layers.refuse(`a list of 1 to ${mostLayers} layers, base first`);
  return { digest: root.member('hash').where(isManifestDigest, digestForm), layers: items.map(decodeLayer) };
}

function decodeLayer(cursor: JsonCursor): Layer {
  cursor.assertOnly(['hash', 'format', 'image_format', 'remote_path', 'uri', 'headers']);
  const digest = cursor.member('hash').where(isLayerDigest, digestForm);
  cursor.member('format').textOrEmpty();
  cursor.member('image_format').textOrEmpty();
  const place = cursor.member('remote_path');
  if (place.isAbsent) return { digest, ...decodePlace(cursor) };
  for (const name of ['uri', 'headers']) {
    if (!cursor.member(name).isAbsent) cursor.member(name).refuse('nothing beside remote_path');
  }
  place.assertOnly(['uri', 'headers']);
  return { digest, ...decodePlace(place) };
}

function decodePlace(cursor: JsonCursor): Pick<Layer, 'uri' | 'headers'> {
  const uri = cursor.member('uri').read(parseUri) ?? cursor.member('uri').refuse(uriForm);
  const headers = decodeHeaders(cursor.member('headers'));
  return headers === undefined ? { uri } : { uri, headers };
}

function parseUri(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > mostUri || !/^https?:\/\/[^/]/i.test(value) || !URL.canParse(value)) return undefined;
  const { username, password } = new URL(value);
  return username === '' && password === '' ? value : undefined;
}

function decodeHeaders(cursor: JsonCursor): Layer['headers'] {
  if (cursor.isAbsent) return undefined;
  const headers = cursor.read(parseHeaders) ?? cursor.refuse(headersForm);
  return headers.length === 0 ? undefined : Object.fromEntries(headers);
}

function parseHeaders(value: unknown): readonly (readonly [string, readonly string[]])[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value as Record<string, unknown>);
  const headers = entries.flatMap(([name, values]) => (headerName.test(name) && isHeaderValues(values) ? [[name, values] as const] : []));
  const length = headers.reduce((sum, [name, values]) => sum + name.length + values.join('').length, 0);
  return headers.length === entries.length && length <= mostHeaderText ? headers : undefined;
}

function isHeaderValues(values: unknown): values is readonly string[] {
  return Array.isArray(values) && values.every((value) => typeof value === 'string' && headerValue.test(value));
}

function isManifestDigest(text: string): text is ManifestDigest {
  return isDigest(text);
}

function isLayerDigest(text: string): text is LayerDigest {
  return isDigest(text);
}
