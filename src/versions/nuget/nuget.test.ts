import { describe, expect, it } from 'vitest';
import { nugetScheme, type NugetVersion } from './index.ts';

function version(text: string): NugetVersion {
  const parsed = nugetScheme.parse(text);
  return parsed.ok ? parsed.value : expect.fail(`${text}: ${parsed.reason}`);
}

/** `kind text` of every label. */
const labels = (text: string): readonly string[] => version(text).labels.map((label) => `${label.kind} ${label.text}`);

describe('nugetScheme.parse', () => {
  it.each<[string, readonly string[]]>([
    ['1', ['1']],
    ['1.2.3.4', ['1', '2', '3', '4']],
    ['01.0+Meta.Data', ['01', '0']],
    [' 1.0\n', ['1', '0']],
  ])('reads %j', (text, numbers) => {
    expect(version(text)).toEqual({ numbers, labels: [] });
  });

  it.each<[string, readonly string[]]>([
    ['1.0-Alpha.2', ['word alpha', 'number 2']],
    ['1.0--5', ['negative 5']],
    ['1.0--0', ['number 0']],
    ['1.0---5', ['word --5']],
    ['1.0--', ['word -']],
    ['1.0-2147483647.2147483648', ['number 2147483647', 'word 2147483648']],
    ['1.0--2147483648.-2147483649', ['negative 2147483648', 'word -2147483649']],
    ['1.0-0002147483647', ['number 0002147483647']],
    ['1.0-20230101120000', ['word 20230101120000']],
    ['1.0-5-', ['word 5-']],
  ])('reads the labels of %j', (text, wanted) => {
    expect(labels(text)).toEqual(wanted);
  });

  it.each([
    ['', 'empty'],
    ['x', 'begin with a number'],
    ['v1.0', 'begin with a number'],
    ['.1', 'begin with a number'],
    ['1.2.3.4.5', 'at most four'],
    ['1.', 'should end'],
    ['1.0beta', 'should end'],
    ['1.*', 'should end'],
    ['1.0-', 'pre-release'],
    ['1.0-a..b', 'pre-release'],
    ['1.0-a_b', 'pre-release'],
    ['1.0+', 'build'],
    ['1.0 -a', 'byte'],
    ['9'.repeat(513), 'longer'],
  ])('refuses %j: %s', (text, reason) => {
    const parsed = nugetScheme.parse(text);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});

describe('nugetScheme.key', () => {
  // the first three stand in the description of the encoding; the others are worked out by hand from its table
  it.each([
    ['1.0', '1102'],
    ['1.0.0.1-Alpha.2', '1110101101a0616c706861001202'],
    ['1.0.0--5', '110103ea02'],
    ['1.0.0-5', '11011502'],
    ['1.0.0--128', '1101036ffed702'],
    ['1.0.0--0', '11011002'],
    ['0.0.0.0', '02'],
    ['1-2147483648', '1101a0323134373438333634380002'],
  ])('writes %s as %s', (text, bytes) => {
    expect(nugetScheme.key(version(text))).toEqual(new Uint8Array(Buffer.from(bytes, 'hex')));
  });

  it('exists for long texts', () => {
    for (const text of ['9'.repeat(512), `1-${'a'.repeat(510)}`, `1-${'-1.'.repeat(169)}-1`, `1-${'a.'.repeat(254)}a`]) {
      expect(nugetScheme.key(version(text))?.length).toBeLessThanOrEqual(1024);
    }
  });
});
