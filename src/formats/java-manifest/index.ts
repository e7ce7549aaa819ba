export { mainSection } from './main-section.ts';
export { parseManifest, type JavaManifest } from './parse-manifest.ts';
