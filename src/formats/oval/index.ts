export * from './criteria.ts';
export * from './definition.ts';
export * from './stream-oval.ts';
export * from './test.ts';
