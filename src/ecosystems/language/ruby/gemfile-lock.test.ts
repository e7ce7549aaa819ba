import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../contracts/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { rubyScanner } from './scanner.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const scan = async (content: string | Uint8Array): Promise<Findings> => await rubyScanner.scan(layerFiles({ 'app/Gemfile.lock': content }));

const lock = `GIT
  remote: https://user:secret@git.invalid/fork.git
  revision: 0123
  specs:
    fork (0.1.0)
      rack (>= 2.0)

PATH
  remote: .
  specs:
    own (0.0.1)
      rack

GEM
  remote: https://rubygems.invalid/
  specs:
    nokogiri (1.15.4-x86_64-linux)
      racc (~> 1.4)
    nokogiri (1.15.4)
    pre (2.0.0.rc1)
    rack (2.2.8)
    racc (1.7.1-java)
    dashed (1.0.0-beta)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  own!
  rack (~> 2.0)

BUNDLED WITH
   2.4.10
`;

describe('what Gemfile.lock declares', () => {
  it('gives gems of registries and repositories, not those of the project, nor what depends on what', async () => {
    const { packages = [], diagnostics, declarations } = await scan(lock);
    expect(packages.map(({ facts: { name, version, arch }, installation }) => [name, version, arch, installation?.source])).toEqual([
      ['fork', '0.1.0', '', 'https://git.invalid/fork.git'],
      ['nokogiri', '1.15.4', 'x86_64-linux', undefined],
      ['nokogiri', '1.15.4', '', undefined],
      ['pre', '2.0.0.rc1', '', undefined],
      ['rack', '2.2.8', '', undefined],
      ['racc', '1.7.1', 'java', undefined],
      ['dashed', '1.0.0-beta', '', undefined],
    ]);
    expect(diagnostics).toEqual([]);
    expect(declarations).toEqual([{ path: 'app/Gemfile.lock', trees: ['app/vendor/bundle', 'app/vendor/ruby', 'app/.bundle'] }]);
  });

  it('reads a file with CRLF', async () => {
    expect((await scan(lock.replaceAll('\n', '\r\n'))).packages).toHaveLength(7);
  });

  it.each(['', 'hello', '    rack (2.2.8)\n'])('of %j says that it is none', async (content) => {
    expect((await scan(content)).diagnostics?.map(({ code }) => code)).toEqual(['FILE_UNPARSABLE']);
  });

  it.each([
    ['app/Gemfile.lock', 'bytes'],
    ['app/gems.locked', 'bytes'],
    ['usr/lib/ruby/gems/3.1.0/gems/rbs-2.1.0/steep/Gemfile.lock', 'no'],
  ])('%s: %s', (path, want) => {
    expect(rubyScanner.wants(path, { type: 'file', size: 10, mode: 0o644 })).toBe(want);
  });

  it('reads any bytes without throwing', async () => {
    const lines = fc.array(fc.constantFrom('GEM', 'PATH', '  remote: x', '  specs:', '    a (1)', '    a', '      b (1)', '    (', ''));
    const content = fc.oneof(
      fc.uint8Array(),
      lines.map((all) => new TextEncoder().encode(all.join('\n'))),
    );
    await fc.assert(
      fc.asyncProperty(content, async (bytes) => {
        const { packages = [] } = await scan(bytes);
        expect(packages.filter(({ facts }) => facts.name === '' || facts.version === '')).toEqual([]);
      }),
      { numRuns },
    );
  });
});
