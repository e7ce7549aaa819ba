export { createLayerEngine, type LayerEngineOptions } from './engine.ts';
export * from './fetch/index.ts';
export { openLayer } from './open-layer.ts';
export { stackLayers, type StackLayersOptions } from './stack-layers.ts';
