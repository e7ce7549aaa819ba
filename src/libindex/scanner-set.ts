import { scannerKey, type Ecosystem, type Scanner } from '../contracts/index.ts';
import { UsageError } from '../core/index.ts';
import { Sha256 } from '../runtime/index.ts';

/** Raised when the same scanners would give other reports than before: a new way to coalesce. */
const indexerVersion = 1;

/** All scanners of the ecosystems, each once, sorted by {@link scannerKey}. */
export class ScannerSet {
  readonly all: readonly Scanner[];
  readonly #byKey: ReadonlyMap<string, Scanner>;

  /** @throws UsageError `USAGE_OPTION` when two different scanners claim one identity: their facts could not be told apart */
  constructor(ecosystems: readonly Ecosystem[]) {
    const byKey = new Map<string, Scanner>();
    for (const scanner of ecosystems.flatMap(scannersOf)) {
      const key = scannerKey(scanner);
      const other = byKey.get(key);
      if (other && other !== scanner) throw new UsageError('USAGE_OPTION', { option: 'ecosystems', scanner: key });
      byKey.set(key, scanner);
    }
    this.#byKey = byKey;
    this.all = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, scanner]) => scanner);
  }

  get(key: string): Scanner | undefined {
    return this.#byKey.get(key);
  }

  /** Changes whenever images should be indexed again; the same in every process that has the same scanners. */
  state(): string {
    const hash = new Sha256().update(`libindex ${indexerVersion}\n`);
    for (const scanner of this.all) hash.update(`${scannerKey(scanner)}\n`);
    return hash.hex();
  }
}

/** The scanners of one ecosystem, of all kinds. */
export function scannersOf(ecosystem: Ecosystem): readonly Scanner[] {
  return [...ecosystem.packageScanners, ...ecosystem.distributionScanners, ...ecosystem.repositoryScanners];
}
