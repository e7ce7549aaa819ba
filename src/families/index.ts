export * from './conditional-fetch.ts';
export * from './decompress-feed.ts';
export * from './detector.ts';
export * from './distribution-matcher.ts';
export * from './file-diagnostics.ts';
export * from './oval/index.ts';
export * from './release-file-scanner.ts';
export { createRpmMatcher, type RpmMatcherOptions } from './rpm-matcher.ts';
export * from './skipped-records.ts';
