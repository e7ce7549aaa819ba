import { stat } from 'node:fs/promises';
import type { ImageSource } from '../../contracts/index.ts';
import { InputError, UsageError } from '../../core/index.ts';
import { unreadable } from './random-access.ts';

/** `[SCHEME:]PATH[:TAG]`, or the name of an image elsewhere, taken apart. */
export interface ImageReference {
  /** Id of the source that is forced. */
  readonly scheme?: string;
  readonly location: string;
  readonly select?: string;
}

/** What has to be known of a source to take a reference apart. */
export type ReferenceScheme = Pick<ImageSource, 'id' | 'recognise'>;

/**
 * Takes a reference apart. A path that exists wins over a reading with a tag; otherwise the longest path that exists does.
 * Where there is none, the first source of images elsewhere that recognises it gets it whole, as it does when its scheme forces it.
 *
 * @throws UsageError `USAGE_REFERENCE` for an empty one; InputError `IMAGE_NOT_FOUND`, `IMAGE_UNREADABLE`
 */
export async function parseReference(text: string, schemes: readonly ReferenceScheme[]): Promise<ImageReference> {
  const source = schemes.find(({ id }) => text.startsWith(`${id}:`));
  const scheme = source?.id;
  const rest = scheme === undefined ? text : text.slice(scheme.length + 1);
  if (rest === '' || rest.includes('\0')) throw new UsageError('USAGE_REFERENCE', { reference: text.replaceAll('\0', '\\0') });
  if (scheme !== undefined && source?.recognise) return { scheme, location: rest };
  const forced = scheme !== undefined && { scheme };
  if (await exists(rest)) return { ...forced, location: rest };
  for (let colon = rest.lastIndexOf(':'); colon > 0; colon = rest.lastIndexOf(':', colon - 1)) {
    const location = rest.slice(0, colon);
    const select = rest.slice(colon + 1);
    if (select !== '' && (await exists(location))) return { ...forced, location, select };
  }
  return scheme === undefined ? findElsewhere(rest, schemes) : notFound(rest);
}

function findElsewhere(location: string, schemes: readonly ReferenceScheme[]): ImageReference {
  const reasons: string[] = [];
  for (const { id, recognise } of schemes) {
    const recognised = recognise?.(location);
    if (recognised?.ok === true) return { scheme: id, location };
    if (recognised) reasons.push(recognised.reason);
  }
  return notFound(location, reasons.join('; '));
}

function notFound(path: string, reason = ''): never {
  throw new InputError('IMAGE_NOT_FOUND', { path, ...(reason !== '' && { reason }) });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    const error = unreadable(path, cause);
    if (error.code === 'IMAGE_NOT_FOUND' || error.data['reason'] === 'ENAMETOOLONG') return false;
    throw error;
  }
}
