import { collectBytes, tarLayer, tarLayerOf } from '../../testing/fake-layer-engine-tar.ts';
import { layerEngineSuite } from '../../testing/layer-engine-suite.ts';
import { stackSuite } from '../../testing/stack-suite.ts';
import { createLayerEngine, stackLayers } from './index.ts';

layerEngineSuite('createLayerEngine', () => ({ engine: createLayerEngine(), layer: tarLayer }));
stackSuite('stackLayers', () => ({
  engine: createLayerEngine(),
  layer: tarLayer,
  stack: async (layers) => tarLayerOf(await collectBytes(stackLayers(layers.map(tarLayer)))),
}));
