import { InputError, type Platform } from '../../core/index.ts';
import { formatPlatform, hostPlatform, isPlatform } from './platform.ts';

/** An image that is for one platform, where that is known. */
export interface PlatformVariant {
  readonly digest: string;
  readonly platform?: Platform | undefined;
}

/**
 * The one of several images that is for the platform. The only image there is is taken whatever it is for, unless a platform was
 * asked for; of several variants of one processor (arm v6, v7) the first.
 *
 * @throws InputError `PLATFORM_UNKNOWN` with the platforms there are; `IMAGE_AMBIGUOUS` when several are for the same one
 */
export function chooseVariant<T extends PlatformVariant>(variants: readonly T[], asked: Platform | undefined): T {
  const [only] = variants;
  if (!only) throw new InputError('IMAGE_MALFORMED', { reason: 'no image' });
  if (variants.length === 1 && (!asked || !only.platform)) return only;
  const wanted = asked ?? hostPlatform();
  const fitting = variants.filter(({ platform }) => platform && isPlatform(platform, wanted));
  const [chosen, ...others] = fitting;
  if (!chosen) {
    const platforms = [...new Set(variants.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : [])))].toSorted();
    throw new InputError('PLATFORM_UNKNOWN', { platform: formatPlatform(wanted), platforms });
  }
  const variantOf = (variant: T): string => variant.platform?.variant ?? '';
  if (others.some((other) => variantOf(other) === variantOf(chosen))) {
    throw new InputError('IMAGE_AMBIGUOUS', { names: fitting.map(({ digest }) => digest).toSorted() });
  }
  return chosen;
}
