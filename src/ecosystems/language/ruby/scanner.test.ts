import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../contracts/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { rubyScanner } from './scanner.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const path = 'usr/lib/ruby/gems/3.2.0/specifications/demo-1.0.gemspec';
const scan = async (content: string | Uint8Array): Promise<Findings> => await rubyScanner.scan(layerFiles({ [path]: content }));
const found = ({ packages = [] }: Findings): readonly string[] =>
  packages.map(({ facts }) => `${facts.name}@${facts.version}${facts.arch === '' ? '' : ` ${facts.arch}`}`);
const codes = ({ diagnostics = [] }: Findings): readonly string[] => diagnostics.map(({ code }) => code);
const spec = (...lines: readonly string[]): string => `Gem::Specification.new do |s|\n${lines.map((line) => `  ${line}\n`).join('')}end\n`;

describe('what ruby wants', () => {
  it.each([
    [path, 'bytes'],
    ['specifications/a-1.gemspec', 'bytes'],
    ['usr/lib/ruby/gems/3.2.0/specifications/default/json-2.6.3.gemspec', 'bytes'],
    ['usr/share/rubygems-integration/all/specifications/rack-2.2.22.gemspec', 'bytes'],
    ['usr/lib/ruby/gems/3.2.0/gems/rack-2.2.4/rack.gemspec', 'no'],
    ['rack.gemspec', 'no'],
    ['my-specifications/a-1.gemspec', 'no'],
    ['specifications/other/a-1.gemspec', 'no'],
    ['specifications/.gemspec', 'no'],
    ['specifications/a-1.gemspec.rz', 'no'],
  ])('%s: %s', (asked, want) => {
    expect(rubyScanner.wants(asked, { type: 'file', size: 1, mode: 0o644 })).toBe(want);
  });
});

describe('what ruby finds', () => {
  it('gives a gem at its path', async () => {
    const findings = await scan(
      `# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.15.4 x86_64-linux lib\n\n${spec('s.name = "nokogiri".freeze')}`,
    );
    expect(findings.packages).toEqual([
      {
        facts: {
          name: 'nokogiri',
          version: '1.15.4',
          kind: 'binary',
          arch: 'x86_64-linux',
          module: '',
          cpe: '',
          detector: 'urn:claircore:detector:ruby:2:package',
        },
        origin: 'file',
        path,
        repository: { name: 'gem', key: '', uri: 'https://rubygems.org/', cpe: '' },
      },
    ]);
    expect(findings.diagnostics).toEqual([]);
  });

  it.each([
    ['a stub of any platform', '# stub: rack 2.2.4 ruby lib\n', ['rack@2.2.4']],
    ['a stub with several paths and a carriage return', '# stub: bcrypt 3.1.18 java lib\0ext\r\n', ['bcrypt@3.1.18 java']],
    ['frozen strings', spec('s.name = "rack".freeze', 's.version = "2.2.4".freeze'), ['rack@2.2.4']],
    ['single quotes', spec("s.name = 'rack'", "s.version='2.2.4'"), ['rack@2.2.4']],
    ['another variable', spec('spec.name        = "rack"', 'spec.version     = "2.2.4"'), ['rack@2.2.4']],
    ['a version object', spec('s.name = "rack"', 's.version = Gem::Version.new("2.2.4".freeze)'), ['rack@2.2.4']],
    ['a version object without parentheses', spec('s.name = "rack"', 's.version = Gem::Version.new "2.2.4"'), ['rack@2.2.4']],
    ['a platform', spec('s.name = "rack"', 's.version = "2.2.4"', 's.platform = "java".freeze'), ['rack@2.2.4 java']],
    ['the stub before the assignments', `# stub: rack 2.2.4 ruby lib\n${spec('s.name = "other"', 's.version = "9"')}`, ['rack@2.2.4']],
    [
      'what looks alike',
      spec('s.rubygems_version = "3.3.15"', 's.name = "rack"', 's.required_ruby_version = "9"', 's.version = "1"'),
      ['rack@1'],
    ],
    ['a comparison', spec('s.name == "other"', 's.name = "rack"', 's.version = "1"'), ['rack@1']],
  ])('%s', async (_, content, packages) => {
    const findings = await scan(content);
    expect(found(findings)).toEqual(packages);
    expect(codes(findings)).toEqual([]);
  });

  it.each([
    ['a computed version', spec('s.name = "rack"', 's.version = RACK_VERSION'), 'FILE_UNIDENTIFIED'],
    ['an interpolated version', spec('s.name = "rack"', 's.version = "#{MAJOR}.1"'), 'FILE_UNIDENTIFIED'],
    ['a string without end', spec('s.name = "rack', 's.version = "1"'), 'FILE_UNIDENTIFIED'],
    ['an empty name', spec('s.name = ""', 's.version = "1"'), 'FILE_UNIDENTIFIED'],
    ['a stub without a version', '# stub: rack\n', 'FILE_UNIDENTIFIED'],
    ['nothing', '', 'FILE_UNPARSABLE'],
    ['other text', 'puts "hello"\n', 'FILE_UNPARSABLE'],
  ])('finds no gem in %s', async (_, content, code) => {
    const findings = await scan(content);
    expect(found(findings)).toEqual([]);
    expect(codes(findings)).toEqual([code]);
  });

  it('reads any bytes as one gem or one diagnostic', async () => {
    const piece = fc.constantFrom(
      '# stub: ',
      's.name = ',
      's.version = ',
      '"',
      "'",
      '.freeze',
      'Gem::Version.new',
      '(',
      '\n',
      ' ',
      'a',
      '1',
      '#{',
      '\\',
    );
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => new TextEncoder().encode(pieces.join('')));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array(), text), async (bytes) => {
        const { packages = [], diagnostics = [] } = await scan(bytes);
        expect(packages.length + diagnostics.length).toBe(1);
      }),
      { numRuns },
    );
  });

  it('is not slow over lines without end', async () => {
    const start = performance.now();
    for (const piece of ['s.name = "', '\n', 'a', 'a.', '# stub: ']) await scan(piece.repeat(4_000_000 / piece.length));
    expect(performance.now() - start).toBeLessThan(4000);
  });
});
