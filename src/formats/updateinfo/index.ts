export { readRepomd } from './repomd.ts';
export { readUpdateinfo, type UpdatePackage, type UpdateRecord } from './updateinfo.ts';
