export * from './layer/index.ts';
export * from './source/index.ts';
