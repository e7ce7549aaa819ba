import type { Platform } from '../../core/index.ts';

const word = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** `os/architecture` or `os/architecture/variant`, as in the OCI image index; undefined for anything else. */
export function parsePlatform(text: string): Platform | undefined {
  const parts = text.split('/');
  const [os = '', architecture = '', variant] = parts;
  if (parts.length > 3 || !word.test(os) || !word.test(architecture)) return undefined;
  if (variant === undefined) return { os, architecture };
  return word.test(variant) ? { os, architecture, variant } : undefined;
}
