/**
 * The rules of matching, and nothing else: which namespaces answer for a package at its place, which row of an advisory speaks of it, and
 * what the row says of its version. Pure functions, so that a report (libvuln) and the look for affected images (libindex) cannot differ.
 */
export { InstalledVersions, type InstalledVersion } from './installed-versions.ts';
export { isNamespaceMeant } from './is-namespace-meant.ts';
export { isRowMeant } from './is-row-meant.ts';
export { judgeByMatcher, judgeByRange, type Judgement } from './judge-row.ts';
export { planMatcher, type MatcherPlan } from './matcher-plan.ts';
export { indexRecords, packageRecords, type PackageRecords } from './package-records.ts';
export { subjectsOf, type Subject } from './subjects.ts';
