import type { LayerWalk, WalkRequest } from '../../contracts/index.ts';
import { InputError, layerKey, type Layer } from '../../core/index.ts';
import { inLayer } from '../failure.ts';
import type { IndexContext } from '../index-context.ts';

/**
 * Walks a layer with the content that one of the callers brought. When that caller leaves in the middle, it may close
 * what it brought: then another caller's content is read.
 */
export async function walkLayer(context: IndexContext, layer: Layer, request: Omit<WalkRequest, 'layer' | 'signal'>): Promise<LayerWalk> {
  for (;;) {
    const source = context.sourceOf(layerKey(layer));
    if (!source) throw new InputError('LAYER_CONTENT_MISSING', { layer: layer.digest });
    try {
      return await context.engine.walk({ ...request, layer: source.layer, signal: context.signal });
    } catch (error) {
      if (context.signal.aborted || source.isPresent()) throw inLayer(error, layer.digest);
    }
  }
}
