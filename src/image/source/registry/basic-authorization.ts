import { Buffer } from 'node:buffer';
import type { RegistryCredentials } from '../../../contracts/index.ts';

/** RFC 7617, in UTF-8. */
export function basicAuthorization({ user, password }: Extract<RegistryCredentials, { kind: 'basic' }>): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}
