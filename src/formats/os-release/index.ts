export * from './os-release.ts';
