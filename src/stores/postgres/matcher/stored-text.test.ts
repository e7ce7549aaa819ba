import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromStoredText, toStoredText } from './stored-text.ts';

describe('a text as PostgreSQL takes it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\0', '\uFFFF', '0', '1', '\\', '🙂') });

  it('holds no NUL, and is no other text’s', () => {
    fc.assert(
      fc.property(text, (original) => {
        expect(toStoredText(original)).not.toContain('\0');
        expect(fromStoredText(toStoredText(original))).toBe(original);
      }),
    );
  });
});
