export * from './apk-installed.ts';
