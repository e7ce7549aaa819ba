export { createLayerEngine, type LayerEngineOptions } from './engine.ts';
export { stackLayers, type StackLayersOptions } from './stack-layers.ts';
