import { stat } from 'node:fs/promises';
import { InputError, UsageError } from '../../core/index.ts';
import { unreadable } from './random-access.ts';

/** `[SCHEME:]PATH[:TAG]`, taken apart. */
export interface ImageReference {
  /** Id of the source that is forced. */
  readonly scheme?: string;
  readonly location: string;
  readonly select?: string;
}

/**
 * Takes a reference apart. A path that exists wins over a reading with a tag; otherwise the longest path that exists does.
 *
 * @throws UsageError `USAGE_REFERENCE` for an empty one; InputError `IMAGE_NOT_FOUND`, `IMAGE_UNREADABLE`
 */
export async function parseReference(text: string, schemes: readonly string[]): Promise<ImageReference> {
  const scheme = schemes.find((id) => text.startsWith(`${id}:`));
  const rest = scheme === undefined ? text : text.slice(scheme.length + 1);
  if (rest === '' || rest.includes('\0')) throw new UsageError('USAGE_REFERENCE', { reference: text.replaceAll('\0', '\\0') });
  const forced = scheme !== undefined && { scheme };
  if (await exists(rest)) return { ...forced, location: rest };
  for (let colon = rest.lastIndexOf(':'); colon > 0; colon = rest.lastIndexOf(':', colon - 1)) {
    const location = rest.slice(0, colon);
    const select = rest.slice(colon + 1);
    if (select !== '' && (await exists(location))) return { ...forced, location, select };
  }
  throw new InputError('IMAGE_NOT_FOUND', { path: rest });
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
