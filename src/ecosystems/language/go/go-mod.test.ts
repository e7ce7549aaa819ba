import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../contracts/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { goScanner } from './scanner.ts';

const numRuns = Number(process.env['CLAIRCORE_PROPERTY_RUNS'] ?? 100);
const scan = async (content: string | Uint8Array): Promise<Findings> => await goScanner.scan(layerFiles({ 'app/go.mod': content }));
const listed = ({ packages = [] }: Findings): readonly string[] => packages.map(({ facts: { name, version } }) => `${name}@${version}`);

const mod = `// a comment
module example.test/app // why

go 1.22

toolchain go1.22.1

require example.test/one v1.0.0

require (
	example.test/two/v2 v2.3.4 // indirect
	"example.test/three" v0.0.0-20240102030405-0123456789ab
	example.test/four v4.0.0+incompatible
	example.test/five v1.0.0
	example.test/six v1.0.0
)

exclude example.test/one v0.9.0

replace (
	example.test/four => example.test/fork v4.1.0
	example.test/five => ../five
	example.test/six v0.9.0 => example.test/other v1.0.0
)
replace example.test/three v0.0.0-20240102030405-0123456789ab => example.test/three v0.1.0
retract v1.0.0
`;

describe('what go.mod declares', () => {
  it('gives what it requires, and what stands in for it', async () => {
    const findings = await scan(mod);
    expect(listed(findings)).toEqual([
      'example.test/one@v1.0.0',
      'example.test/two/v2@v2.3.4',
      'example.test/three@v0.1.0',
      'example.test/fork@v4.1.0',
      'example.test/five@(devel)',
      'example.test/six@v1.0.0',
    ]);
    expect(findings.diagnostics).toEqual([]);
    expect(findings.declarations).toEqual([{ path: 'app/go.mod', trees: [] }]);
  });

  it('gives nothing of the Go distribution, of which advisories tell as stdlib', async () => {
    expect(listed(await scan('module std\n\nrequire golang.org/x/net v0.1.0\n'))).toEqual([]);
  });

  it.each(['hello', 'require example.test/one v1.0.0\n'])('of %j says that it is none', async (content) => {
    expect((await scan(content)).diagnostics?.map(({ code }) => code)).toEqual(['FILE_UNPARSABLE']);
  });

  it.each([
    ['app/go.mod', 'bytes'],
    ['root/go/pkg/mod/golang.org/x/text@v0.3.8/go.mod', 'no'],
    ['usr/share/gocode/src/x/go.mod', 'no'],
    ['app/vendor/x/go.mod', 'no'],
    ['app/testdata/go.mod', 'no'],
    ['app/_tools/go.mod', 'no'],
  ])('%s: %s', (path, want) => {
    expect(goScanner.wants(path, { type: 'file', size: 10, mode: 0o644 })).toBe(want);
  });

  it('reads any bytes without throwing', async () => {
    const lines = fc.array(fc.constantFrom('module a', 'require (', ')', ' a v1', 'replace a => b v2', '=>', '"', 'require', '// x', ''));
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
