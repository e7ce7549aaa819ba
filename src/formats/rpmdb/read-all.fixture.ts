import { parseHeader } from './header/header-values.ts';
import { toRpmPackage, type RpmPackage } from './header/rpm-package.ts';
import type { RpmFault } from './item.ts';
import type { RandomAccess } from './random-access.ts';
import { readRpmDatabase, type ReadRpmDatabaseOptions, type RpmDatabaseKind } from './read-rpm-database.ts';

/** Bytes in memory as a reader is given them; `asked` counts what it reads. */
export class CountedBytes implements RandomAccess {
  readonly size: number;
  asked = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, size = bytes.length) {
    this.#bytes = bytes;
    this.size = size;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    this.asked += length;
    return Promise.resolve(this.#bytes.subarray(offset, offset + length));
  }
}

export interface WholeDatabase {
  readonly packages: readonly (RpmPackage & { readonly number: number })[];
  readonly faults: readonly (RpmFault | { readonly kind: 'header'; readonly reason: string })[];
}

/** All that is in a database. */
export async function readAll(kind: RpmDatabaseKind, source: RandomAccess, options?: ReadRpmDatabaseOptions): Promise<WholeDatabase> {
  const packages: (RpmPackage & { readonly number: number })[] = [];
  const faults: WholeDatabase['faults'][number][] = [];
  for await (const item of readRpmDatabase(kind, source, options)) {
    if (item.kind === 'fault') {
      faults.push(item);
      continue;
    }
    const parsed = parseHeader(item.blob);
    if (parsed.ok) packages.push({ ...toRpmPackage(parsed.values), number: item.number });
    else faults.push({ kind: 'header', reason: parsed.reason });
  }
  return { packages, faults };
}
