import { ClaircoreError, InputError, type LayerRef } from '../../core/index.ts';

/** Errors that are not ours come from whatever gives the bytes. @throws InputError `LAYER_UNREADABLE` */
export async function fromSource<T>(layer: LayerRef, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    if (cause instanceof ClaircoreError) throw cause;
    throw new InputError('LAYER_UNREADABLE', { layer: layer.digest }, { cause });
  }
}
