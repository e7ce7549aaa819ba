import { describe, expect, it } from 'vitest';
import type { Order } from '../../contracts/index.ts';
import { apkScheme, type ApkVersion } from './index.ts';

function version(text: string): ApkVersion {
  const parsed = apkScheme.parse(text);
  return parsed.ok ? parsed.value : expect.fail(`${text}: ${parsed.reason}`);
}

/** `kind text` of every token. */
const tokens = (text: string): readonly string[] => version(text).tokens.map((token) => `${token.kind} ${token.text}`);

describe('apkScheme.parse', () => {
  it.each<[string, readonly string[]]>([
    ['1', ['first-number 1']],
    ['1.02', ['first-number 1', 'dotted-number 02']],
    ['1.2.3-r0', ['first-number 1', 'dotted-number 2', 'dotted-number 3', 'revision 0']],
    ['1.8.31p1-r1', ['first-number 1', 'dotted-number 8', 'dotted-number 31', 'letter p', 'letter-number 1', 'revision 1']],
    ['1a_rc', ['first-number 1', 'letter a', 'suffix rc']],
    ['1_alpha1_p2~0af-r3', ['first-number 1', 'suffix alpha', 'suffix-number 1', 'suffix p', 'suffix-number 2', 'hash 0af', 'revision 3']],
    ['  1-r1\n', ['first-number 1', 'revision 1']],
  ])('reads %j', (text, wanted) => {
    expect(tokens(text)).toEqual(wanted);
  });

  it.each(['alpha', 'beta', 'pre', 'rc', 'cvs', 'svn', 'git', 'hg', 'p'])('knows the suffix _%s', (suffix) => {
    expect(tokens(`1_${suffix}`)).toEqual(['first-number 1', `suffix ${suffix}`]);
  });

  it.each([
    ['', 'empty'],
    ['.1', 'begin with a number'],
    ['a', 'begin with a number'],
    ['-r1', 'begin with a number'],
    ['0..1', 'behind a dot'],
    ['1.', 'behind a dot'],
    ['1.a', 'behind a dot'],
    ['1.2.0D', 'should end'],
    ['1.0bc', 'should end'],
    ['1a.1', 'should end'],
    ['1-ruff', 'revision number'],
    ['1-r', 'revision number'],
    ['1-1', 'should end'],
    ['1-r-0', 'revision number'],
    ['1-r0-r1', 'should end'],
    ['1-r0_rc1', 'should end'],
    ['1.2_blah', 'suffix'],
    ['1_', 'suffix'],
    ['1_RC1', 'suffix'],
    ['1_rcx', 'suffix'],
    ['1_constructor', 'suffix'],
    ['1__rc', 'suffix'],
    ['1~', 'hash'],
    ['1~G', 'hash'],
    ['1~AF', 'hash'],
    ['1~0a~0b', 'should end'],
    ['1~0a_rc1', 'should end'],
    ['1:1.0', 'should end'],
    ['1.0 -r0', 'byte'],
    ['1.0é', 'byte'],
    ['9'.repeat(513), 'longer'],
  ])('refuses %j: %s', (text, reason) => {
    const parsed = apkScheme.parse(text);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

describe('apkScheme.key', () => {
  // the first five stand in the description of the encoding; the others are worked out by hand from its table
  it.each([
    ['1.2.3-r0', '111213061005'],
    ['1.2.3_rc1-r0', '111213040811061005'],
    ['1.02', '110f320005'],
    ['1.10', '111a05'],
    ['1.8.31p1-r1', '11182f0e7011061105'],
    ['01', '1105'],
    ['1.0', '110f0005'],
    ['1.00', '110f300005'],
    ['1_alpha_beta_pre_rc', '110102030405'],
    ['1_cvs_svn_git_hg_p', '11090a0b0c0d05'],
    ['1~0af-r007', '110730616600061705'],
    ['1.128', '1190012805'],
  ])('writes %s as %s', (text, bytes) => {
    expect(apkScheme.key(version(text))).toEqual(new Uint8Array(Buffer.from(bytes, 'hex')));
  });

  it('exists for the longest texts', () => {
    for (const text of [
      '9'.repeat(512),
      `1${'.0'.repeat(255)}`,
      `1${'_p0'.repeat(170)}`,
      `1~${'a'.repeat(510)}`,
      `1${'.128'.repeat(127)}`,
    ]) {
      expect(apkScheme.key(version(text))?.length).toBeLessThan(800);
    }
  });
});

describe('apkScheme.compare', () => {
  it.each<[string, string, Order]>([
    ['1.0', '1.00', -1],
    ['1.01', '1.1', -1],
    ['01', '1', 0],
    ['1.0_rc', '1.0_rc0', -1],
    ['1', '1-r0', -1],
    ['1-r1', '1-r01', 0],
    ['1~a', '1_p', -1],
    ['1_p9', '1a', -1],
    ['1.9007199254740993', '1.9007199254740992', 1],
    [`1.${'1'.repeat(510)}`, `1.${'1'.repeat(509)}`, 1],
  ])('%.30s against %.30s is %i', (a, b, order) => {
    expect(apkScheme.compare(version(a), version(b))).toBe(order);
    expect(apkScheme.compare(version(b), version(a))).toBe(order === 0 ? 0 : -order);
  });
});
