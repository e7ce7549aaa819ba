export { readRepomd, type RepositoryFile } from './repomd.ts';
export { readUpdateinfo, type UpdatePackage, type UpdateRecord, type UpdateReference } from './updateinfo.ts';
