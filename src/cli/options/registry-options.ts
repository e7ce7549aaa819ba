import type { Option } from 'commander';
import type { RegistryMirror } from '../../contracts/index.ts';
import type { OptionFactory } from './define-option.ts';

const hostForm = /^(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9][A-Za-z0-9.-]{0,252})(?::\d{1,5})?$/;

/** How images are got from registries. */
export function registryOptions(make: OptionFactory): Option[] {
  return [
    make.list(
      '--registry-mirror <host=url>',
      'ask this mirror before the registry (repeatable)',
      'host=url, e.g. docker.io=https://mirror.example',
      parseMirror,
    ),
    make.list(
      '--insecure-registry <host>',
      'ask this registry also without TLS, or with any certificate (repeatable)',
      'a host, with its port if it has one',
      parseHost,
    ),
    make.list(
      '--registry-allow <host>',
      'a host with a private address to which a registry may send us for tokens or blobs (repeatable)',
      'a host, with its port if it has one',
      parseHost,
    ),
    make.text('--registry-ca <file>', 'trust these certificates (PEM) too when registries are asked'),
  ];
}

/** `docker.io=https://mirror.example`; undefined for anything else. */
export function parseMirror(text: string): RegistryMirror | undefined {
  const equals = text.indexOf('=');
  const host = parseHost(text.slice(0, Math.max(0, equals)));
  const url = URL.parse(text.slice(equals + 1));
  if (host === undefined || (url?.protocol !== 'http:' && url?.protocol !== 'https:')) return undefined;
  return url.username === '' && url.password === '' && url.search === '' ? { host, url: url.href } : undefined;
}

function parseHost(text: string): string | undefined {
  return hostForm.test(text) ? text.toLowerCase() : undefined;
}
