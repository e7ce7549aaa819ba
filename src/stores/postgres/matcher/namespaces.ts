import type { Namespace } from '../../../contracts/index.ts';
import type { DistributionFacts, RepositoryFacts } from '../../../core/index.ts';
import type { Sql } from '../sql.ts';
import { fromStoredText } from './stored-text.ts';

interface NamespaceRow {
  readonly key: string;
  readonly scheme: string;
  readonly distribution: string | null;
  readonly repository: string | null;
}

/**
 * The namespaces that current rows speak of, in memory: there are thousands, and every scan asks for all of them. The revision of what is
 * found tells of commits, also those of other processes.
 */
export class NamespaceCache {
  #revision: number | undefined;
  #known: readonly Namespace[] = [];

  /** Sorted by key. */
  async read(sql: Sql): Promise<readonly Namespace[]> {
    const state = await sql.get<{ revision: number }>('SELECT revision FROM matcher_state');
    if (!state) return [];
    if (this.#revision === state.revision) return this.#known;
    this.#known = await readNamespaces(sql);
    this.#revision = state.revision;
    return this.#known;
  }
}

async function readNamespaces(sql: Sql): Promise<readonly Namespace[]> {
  const rows = await sql.all<NamespaceRow>(
    'SELECT key, scheme, distribution, repository FROM namespace WHERE id IN (SELECT namespace_id FROM updater_namespace) ORDER BY key',
  );
  return rows.map(({ key, scheme, distribution, repository }) => ({
    key: fromStoredText(key),
    scheme: fromStoredText(scheme),
    ...(distribution !== null && { distribution: JSON.parse(fromStoredText(distribution)) as Partial<DistributionFacts> }),
    ...(repository !== null && { repository: JSON.parse(fromStoredText(repository)) as Partial<RepositoryFacts> }),
  }));
}
