export { readGoBuildInfo } from './read-go-build-info.ts';
export type { GoBuildInfo, GoModule } from './module-info.ts';
