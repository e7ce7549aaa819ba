export { readOwnedFiles, type FileListBudget, type OwnedFiles } from './header/owned-files.ts';
export { parseHeader, type HeaderResult, type HeaderValues } from './header/header-values.ts';
export { toRpmPackage, type RpmPackage } from './header/rpm-package.ts';
export { rpmDatabaseLimits, type RpmDatabaseItem, type RpmDatabaseLimits, type RpmFault, type RpmRecord } from './item.ts';
export type { RandomAccess } from './random-access.ts';
export { detectRpmDatabase, readRpmDatabase, type ReadRpmDatabaseOptions, type RpmDatabaseKind } from './read-rpm-database.ts';
