export * from './deb822.ts';
