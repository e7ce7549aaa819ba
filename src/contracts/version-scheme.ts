/** What `parse` gives: it never throws. */
export type Parsed<V> = { readonly ok: true; readonly value: V } | { readonly ok: false; readonly reason: string };

export type Order = -1 | 0 | 1;

/**
 * An order of versions. Law: for any a and b that have keys, the byte order of `key(a)` and `key(b)`
 * (shorter first when one is a prefix) is `compare(a, b)`. No key begins with the byte FF.
 */
export interface VersionScheme<V = unknown> {
  readonly id: string;
  /** Number of the key encoding: when it changes, stored keys are made again. */
  readonly keyVersion: number;
  parse(text: string): Parsed<V>;
  compare(a: V, b: V): Order;
  /** At most 1,024 bytes; undefined where the version has a place in the order that bytes cannot express. */
  key(value: V): Uint8Array | undefined;
}

/** A scheme whose value type nobody outside needs to know. */
export type AnyVersionScheme = VersionScheme<never> | VersionScheme;
