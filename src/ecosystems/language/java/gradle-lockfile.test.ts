import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../contracts/index.ts';
import { layerFiles } from '../../../testing/layer-files.ts';
import { javaScanner } from './scanner.ts';

const scan = async (content: string): Promise<Findings> => await javaScanner.scan(layerFiles({ 'app/gradle.lockfile': content }));

const lock = `# This is a Gradle generated file for dependency locking.
# Manual edits can break the build and are not advised.
org.demo:library:1.2.3=compileClasspath,runtimeClasspath,testRuntimeClasspath
org.demo:tests:4.0=testCompileClasspath,testRuntimeClasspath
empty=annotationProcessor
`;

describe('what gradle.lockfile declares', () => {
  it('gives coordinates, but not what only tests need', async () => {
    const { packages = [], diagnostics, declarations } = await scan(lock);
    expect(packages.map(({ facts: { name, version } }) => `${name}@${version}`)).toEqual(['org.demo:library@1.2.3']);
    expect(diagnostics).toEqual([]);
    expect(declarations).toEqual([{ path: 'app/gradle.lockfile', trees: ['app/build', 'app/lib', 'app/libs'] }]);
  });

  it('tells of lines that are no coordinates', async () => {
    const { packages, diagnostics } = await scan('org.demo:library=compileClasspath\n:::=compileClasspath\n');
    expect(packages).toEqual([]);
    expect(diagnostics?.map(({ code, data }) => [code, data])).toEqual([['FILE_UNIDENTIFIED', { packages: 2 }]]);
  });
});
