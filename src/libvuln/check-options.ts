import { enrichmentNamespacePrefix } from '../contracts/index.ts';
import { UsageError } from '../core/index.ts';
import type { LibvulnOptions } from './options.ts';

/** @throws UsageError for options that cannot work, before anything was done with them */
export function checkOptions(options: LibvulnOptions): void {
  checkNumber('updateInterval', options.updateInterval, 1);
  checkNumber('updateConcurrency', options.updateConcurrency, 1);
  checkNumber('retention', options.retention, 0);
  checkNumber('staleAfter', options.staleAfter, 0);
  const { enrichers = [] } = options;
  checkUnique(
    'updaterSet',
    [...options.updaterSets, ...enrichers.flatMap(({ updaterSet }) => updaterSet ?? [])].map(({ id }) => id),
  );
  checkUnique(
    'enricher',
    enrichers.map(({ id }) => id),
  );
  for (const { id, namespace } of enrichers) {
    if (namespace?.startsWith(enrichmentNamespacePrefix) === false)
      throw new UsageError('USAGE_PLUGIN', {
        enricher: id,
        namespace,
        reason: `its namespace does not begin with ${enrichmentNamespacePrefix}`,
      });
  }
  checkUnique(
    'matcher',
    options.matchers.map(({ id }) => id),
  );
  for (const matcher of options.matchers) {
    const { id, scheme } = matcher;
    if (!options.versionSchemes.has(scheme)) throw new UsageError('USAGE_PLUGIN', { matcher: id, scheme });
    if (!matcher.versionFilter && matcher.vulnerable === undefined)
      throw new UsageError('USAGE_PLUGIN', { matcher: id, reason: 'neither versionFilter nor vulnerable' });
  }
}

function checkNumber(option: string, value: number | undefined, min: number): void {
  if (value !== undefined && !(value >= min)) throw new UsageError('USAGE_OPTION', { option, value });
}

function checkUnique(what: string, ids: readonly string[]): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new UsageError('USAGE_PLUGIN', { [what]: twice, reason: 'two have this id' });
}
