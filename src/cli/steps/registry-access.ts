import { readFile } from 'node:fs/promises';
import type { RegistryOptions } from '../../contracts/index.ts';
import { InputError } from '../../core/index.ts';
import type { CliIo } from '../cli-io.ts';
import type { FeedOptions, ImageOptions } from '../options/option-types.ts';

/** How the user wants registries to be asked. @throws InputError `INPUT_UNREADABLE` for the file of certificates */
export async function registryAccess(
  options: ImageOptions & Pick<FeedOptions, 'offline'>,
  environment: CliIo['environment'],
): Promise<RegistryOptions> {
  return {
    environment,
    mirrors: options.registryMirror,
    insecureHosts: options.insecureRegistry,
    allowedHosts: options.registryAllow,
    ca: options.registryCa === undefined ? undefined : await readCertificates(options.registryCa),
    isOffline: options.offline,
  };
}

async function readCertificates(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InputError('INPUT_UNREADABLE', { path }, { cause });
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new InputError('INPUT_UNREADABLE', { path, reason: 'no certificate in PEM' });
  return text;
}
