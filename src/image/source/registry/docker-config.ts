import { Buffer } from 'node:buffer';
import { open } from 'node:fs/promises';
import { InputError } from '../../../core/index.ts';
import type { RegistryCredentials } from '../../../contracts/index.ts';

/** A file in which docker or podman keep who they are (docker's `config.json`, containers-auth.json(5)). */
export interface DockerConfig {
  readonly file: string;
  /** By key without scheme, in lower case, e.g. `quay.io/team`. */
  readonly auths: ReadonlyMap<string, RegistryCredentials>;
  /** Host → name of the credential helper that knows it. */
  readonly credHelpers: ReadonlyMap<string, string>;
  /** The helper for all other hosts. */
  readonly credsStore?: string;
}

const maxBytes = 1024 * 1024;

/** Undefined where there is no such file. @throws InputError `REGISTRY_CREDENTIALS`; it never says what stands in the file */
export async function readDockerConfig(file: string): Promise<DockerConfig | undefined> {
  const bytes = await readBounded(file);
  return bytes && parseDockerConfig(new TextDecoder().decode(bytes), file);
}

/** @throws InputError `REGISTRY_CREDENTIALS` */
export function parseDockerConfig(text: string, file: string): DockerConfig {
  const wire = toObject(parseJson(text, file)) ?? unreadable(file, 'not a JSON object');
  const credsStore = wire['credsStore'];
  const auths = Object.entries(toObject(wire['auths']) ?? {}).flatMap(([key, value]) => {
    const credentials = toCredentials(toObject(value) ?? {}, file);
    return credentials ? [[normaliseKey(key), credentials] as const] : [];
  });
  const helpers = Object.entries(toObject(wire['credHelpers']) ?? {}).flatMap(([host, helper]) =>
    typeof helper === 'string' ? [[normaliseKey(host), helper] as const] : [],
  );
  return {
    file,
    auths: new Map(auths),
    credHelpers: new Map(helpers),
    ...(typeof credsStore === 'string' && credsStore !== '' && { credsStore }),
  };
}

/** `https://index.docker.io/v1/` and `index.docker.io` are one. */
function normaliseKey(key: string): string {
  return key
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/v[12]\/?$/, '')
    .replace(/\/$/, '');
}

/** Undefined for the empty entry that docker leaves where a helper has the password. */
function toCredentials(wire: Readonly<Record<string, unknown>>, file: string): RegistryCredentials | undefined {
  const textOf = (key: string): string => (typeof wire[key] === 'string' ? wire[key] : '');
  const identityToken = textOf('identitytoken');
  if (identityToken !== '') return { kind: 'identity-token', token: identityToken };
  const registryToken = textOf('registrytoken');
  if (registryToken !== '') return { kind: 'registry-token', token: registryToken };
  const auth = textOf('auth');
  if (auth !== '') return decodeAuth(auth) ?? unreadable(file, 'an auth is not base64 of user:password');
  const user = textOf('username');
  return user === '' ? undefined : { kind: 'basic', user, password: textOf('password') };
}

function decodeAuth(auth: string): RegistryCredentials | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(auth)) return undefined;
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  // Old writers padded it with NUL.
  return { kind: 'basic', user: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}

async function readBounded(file: string): Promise<Uint8Array | undefined> {
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    if (size > maxBytes) unreadable(file, 'larger than 1 MiB');
    return await handle.readFile();
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return undefined;
    return unreadable(file, reason);
  }
}

/** The parser's own message would quote the text. */
function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return unreadable(file, 'not JSON');
  }
}

function toObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function unreadable(file: string, reason: string): never {
  throw new InputError('REGISTRY_CREDENTIALS', { file, reason });
}
