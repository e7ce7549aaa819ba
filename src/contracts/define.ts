import type { Ecosystem } from './ecosystem.ts';
import type { Enricher } from './enricher.ts';
import type { ImageSource } from './image-source.ts';
import type { Matcher } from './matcher.ts';
import type { Plugin } from './plugin.ts';
import type { ReportWriter } from './report-writer.ts';
import type { DistributionScanner, PackageScanner, RepositoryScanner } from './scanner.ts';
import type { UpdaterSet } from './updater.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Identity functions: they give a plain object its type, and freeze it. */
export const definePackageScanner = (scanner: PackageScanner): PackageScanner => Object.freeze(scanner);
export const defineDistributionScanner = (scanner: DistributionScanner): DistributionScanner => Object.freeze(scanner);
export const defineRepositoryScanner = (scanner: RepositoryScanner): RepositoryScanner => Object.freeze(scanner);
export const defineEcosystem = (ecosystem: Ecosystem): Ecosystem => Object.freeze(ecosystem);
export const defineMatcher = (matcher: Matcher): Matcher => Object.freeze(matcher);
export const definePlugin = (plugin: Plugin): Plugin => Object.freeze(plugin);
export const defineEnricher = (enricher: Enricher): Enricher => Object.freeze(enricher);
export const defineUpdaterSet = (set: UpdaterSet): UpdaterSet => Object.freeze(set);
export const defineImageSource = (source: ImageSource): ImageSource => Object.freeze(source);
export const defineReportWriter = (writer: ReportWriter): ReportWriter => Object.freeze(writer);
export const defineVersionScheme = <V>(scheme: VersionScheme<V>): VersionScheme<V> => Object.freeze(scheme);
