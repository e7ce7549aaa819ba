export { readOwnedFiles, type FileListBudget } from './header/owned-files.ts';
export { parseHeader, type HeaderValues } from './header/header-values.ts';
export { toRpmPackage } from './header/rpm-package.ts';
export type { RpmRecord } from './item.ts';
export type { RandomAccess } from './random-access.ts';
export { detectRpmDatabase, readRpmDatabase } from './read-rpm-database.ts';
export { readSqliteTables, sqliteText, type SqliteTableRow } from './sqlite/read-tables.ts';
