export * from './members.ts';
export * from './path.ts';
export * from './reader.ts';
export * from './visitor.ts';
export * from './writer.ts';
