import { describe, expect, it } from 'vitest';
import { AbortedError, ClaircoreError, FeedError, InputError, LimitError, StoreError, UsageError } from '../../../core/index.ts';
import { decodeError, encodeError } from './wire-error.ts';

/** What the other thread makes of it. */
const sent = (error: unknown): ClaircoreError => decodeError(structuredClone(encodeError(error)));

describe('an error that goes from one thread to another', () => {
  it.each([
    new UsageError('USAGE_CLOSED', { what: 'store', path: 'x.db' }),
    new InputError('DIGEST_INVALID', { digest: '' }),
    new FeedError('FEED_STATUS', { status: 500 }),
    new StoreError('LOCK_LOST', { key: 'layer:a', fence: 3 }),
    new LimitError('LIMIT_READ', { names: ['a', 'b'], none: undefined }),
    new ClaircoreError('INTERNAL', { isKnown: true }),
    new AbortedError(),
  ])('keeps its class, its code and its data: $code', (error) => {
    const arrived = sent(error);
    expect(Object.getPrototypeOf(arrived)).toBe(Object.getPrototypeOf(error));
    expect([arrived.name, arrived.code, arrived.data, arrived.message]).toEqual([error.name, error.code, error.data, error.message]);
    expect(arrived.cause).toBeUndefined();
  });

  it('keeps what its cause said, also where structured cloning does not', () => {
    const cause = Object.assign(new TypeError('database is locked'), { release: () => undefined });
    const arrived = sent(new StoreError('STORE_BUSY', {}, { cause }));
    expect(arrived.cause).toMatchObject({ name: 'TypeError', message: 'database is locked', stack: cause.stack });
    expect(sent(new AbortedError({ cause: 'why' })).cause).toMatchObject({ message: 'why' });
  });

  it.each([new RangeError('no such thing'), 'thrown as text', undefined])('is a defect of ours when it has no code: %s', (thrown) => {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    expect(sent(thrown)).toMatchObject({ name: 'ClaircoreError', code: 'INTERNAL', cause: { message } });
  });
});
