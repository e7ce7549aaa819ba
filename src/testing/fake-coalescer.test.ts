import { coalescerSuite } from './coalescer-suite.ts';
import { fakeCoalescer } from './fake-coalescer.ts';

coalescerSuite('fakeCoalescer', () => fakeCoalescer());
