import { layerKey, type Layer, type Manifest } from '../core/index.ts';
import { sha256Hex } from '../runtime/index.ts';

/** Calls share work when they speak of the same layers and bring content for the same ones, or the same way to it. */
export function flightKey({ digest, layers }: Manifest): string {
  return [digest, ...layers.map((layer) => `${layer.digest} ${layerKey(layer)} ${wayTo(layer)}`)].join('\n');
}

/** One caller's credentials may be good and another's not: they do not stand for each other. */
function wayTo({ content, uri, headers = {} }: Layer): string {
  if (content) return 'with';
  return uri === undefined ? 'without' : sha256Hex(JSON.stringify([uri, Object.entries(headers)]));
}
