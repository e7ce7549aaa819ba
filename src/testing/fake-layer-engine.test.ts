import { FakeLayerEngine, fakeLayer } from './fake-layer-engine.ts';
import { fakeStack } from './fake-stack.ts';
import { layerEngineSuite } from './layer-engine-suite.ts';
import { stackSuite } from './stack-suite.ts';

layerEngineSuite('FakeLayerEngine', () => ({ engine: new FakeLayerEngine(), layer: fakeLayer }));
stackSuite('fakeStack', () => ({ engine: new FakeLayerEngine(), layer: fakeLayer, stack: async (layers) => fakeStack(layers) }));
