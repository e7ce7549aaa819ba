import { coalescerSuite } from '../../testing/coalescer-suite.ts';
import { createDefaultCoalescer } from './default-coalescer.ts';

coalescerSuite('createDefaultCoalescer', (stack) => createDefaultCoalescer(stack));
