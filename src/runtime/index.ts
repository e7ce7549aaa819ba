export * from './bounded-read.ts';
export * from './clock.ts';
export * from './hash.ts';
export * from './identity.ts';
export * from './logger.ts';
export * from './semaphore.ts';
export * from './single-flight.ts';
export * from './temp-arena.ts';
