import { isDigest, UsageError, type Digest } from '../../../core/index.ts';

/** An image in a registry, as `[HOST/]NAME[:TAG][@DIGEST]` names it (the grammar of github.com/distribution/reference). */
export interface RegistryReference {
  /** As it stands in the reference, in lower case; `docker.io` where none does. */
  readonly host: string;
  /** Whether the user wrote the host. */
  readonly isHostGiven: boolean;
  /** e.g. `library/alpine` */
  readonly repository: string;
  readonly tag?: string;
  /** Goes before the tag. */
  readonly digest?: Digest;
}

export type ParsedRegistryReference =
  | { readonly ok: true; readonly value: RegistryReference }
  | { readonly ok: false; readonly reason: string };

/** The host that a reference without one means. */
export const dockerHub = 'docker.io';

const maxName = 255;
const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const hostForm = /^(?:\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(?::\d{1,5})?$/;

/** Takes a reference apart; says why where it is none. Docker's defaults: `alpine` is `docker.io/library/alpine:latest`. */
export function parseRegistryReference(text: string): ParsedRegistryReference {
  if (text.length > 1024) return failed('too long');
  const at = text.indexOf('@');
  const digest = at === -1 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) return failed('the digest is not of the form sha256:<64 hex>');
  const { name, tag } = splitTag(at === -1 ? text : text.slice(0, at));
  if (tag !== undefined && !tagForm.test(tag)) return failed('the tag has characters that a tag cannot have');
  const { host, path } = splitHost(name);
  const problem = problemOfHost(host) ?? problemOfPath(path);
  if (problem !== undefined) return failed(problem);
  const isHub = host === undefined || host === dockerHub || host === 'index.docker.io';
  return {
    ok: true,
    value: {
      host: isHub ? dockerHub : host,
      isHostGiven: host !== undefined,
      repository: isHub && !path.includes('/') ? `library/${path}` : path,
      ...(tag === undefined && digest === undefined ? { tag: 'latest' } : tag !== undefined && { tag }),
      ...(digest !== undefined && { digest }),
    },
  };
}

/** @throws UsageError `USAGE_REFERENCE` with the reason */
export function requireRegistryReference(text: string): RegistryReference {
  const parsed = parseRegistryReference(text);
  if (!parsed.ok) throw new UsageError('USAGE_REFERENCE', { reference: text.slice(0, 300), reason: parsed.reason });
  return parsed.value;
}

/** The reference in full. */
export function formatRegistryReference({ host, repository, tag, digest }: RegistryReference): string {
  return `${host}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** What stands behind the last colon, unless that belongs to a host's port. */
function splitTag(text: string): { readonly name: string; readonly tag?: string } {
  const colon = text.lastIndexOf(':');
  return colon > text.lastIndexOf('/') ? { name: text.slice(0, colon), tag: text.slice(colon + 1) } : { name: text };
}

/** The first part is a host where it has a dot or a colon, or is `localhost`. */
function splitHost(name: string): { readonly host?: string; readonly path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, slash);
  if (slash === -1 || !(/[.:]/.test(first) || first === 'localhost')) return { path: name };
  return { host: first.toLowerCase(), path: name.slice(slash + 1) };
}

function problemOfHost(host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  if (!hostForm.test(host) || host.length > 260) return 'the host is none';
  // A URL knows what an IPv6 address and a port are.
  return URL.canParse(`https://${host}`) ? undefined : 'the host is none';
}

function problemOfPath(path: string): string | undefined {
  if (path === '') return 'there is no name';
  if (path.length > maxName) return `the name is longer than ${maxName} characters`;
  if (/[A-Z]/.test(path)) return 'a name has no capital letters';
  if (/^[0-9a-f]{64}$/.test(path)) return 'a name cannot be 64 hex digits: that is an id';
  return path.split('/').every((part) => component.test(part)) ? undefined : 'the name has characters that a name cannot have';
}

function failed(reason: string): ParsedRegistryReference {
  return { ok: false, reason };
}
