import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts, RepositoryFacts } from '../../../core/index.ts';
import type { Database } from '../database.ts';

interface NamespaceRow {
  readonly key: string;
  readonly scheme: string;
  readonly distribution: string | null;
  readonly repository: string | null;
}

/** The namespaces that current rows speak of, sorted by key. */
export function namespaces(database: Database): readonly Namespace[] {
  const sql = `SELECT key, scheme, distribution, repository FROM namespace
    WHERE id IN (SELECT namespace_id FROM updater_namespace) ORDER BY key`;
  return database.all<NamespaceRow>(sql).map(({ key, scheme, distribution, repository }) => ({
    key,
    scheme,
    ...(distribution !== null && { distribution: JSON.parse(distribution) as Partial<DistributionFacts> }),
    ...(repository !== null && { repository: JSON.parse(repository) as Partial<RepositoryFacts> }),
  }));
}
