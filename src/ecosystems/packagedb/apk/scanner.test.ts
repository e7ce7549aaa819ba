import { describe, expect, it } from 'vitest';
import { layerFiles } from '../../../testing/layer-files.ts';
import { apkScanner } from './scanner.ts';

const database = 'lib/apk/db/installed';

describe('apk scanner', () => {
  it.each([
    [database, 'bytes'],
    ['usr/lib/apk/db/installed', 'bytes'],
    ['srv/lib/apk/db/installed', 'no'],
    ['lib/apk/db/installed.new', 'no'],
    ['lib/apk/db/triggers', 'no'],
  ])('wants %s: %s', (path, want) => {
    expect(apkScanner.wants(path, { type: 'file', size: 1, mode: 0o644 })).toBe(want);
  });

  it('gives packages with their source, and who owns what', async () => {
    const text = 'P:libssl1.1\nV:1.1.1g-r0\nA:x86_64\no:openssl\nF:lib\nR:libssl.so.1.1\n\nP:.build-deps\nV:20200101.000000\nA:noarch\n';
    const findings = await apkScanner.scan(layerFiles({ [database]: text }));
    const common = { kind: 'binary', module: '', cpe: '', detector: 'urn:claircore:detector:apk:1:package' };
    expect(findings.packages).toEqual([
      {
        facts: {
          ...common,
          name: 'libssl1.1',
          version: '1.1.1g-r0',
          arch: 'x86_64',
          source: { name: 'openssl', version: '1.1.1g-r0', module: '' },
        },
        origin: 'database',
        path: database,
      },
      {
        facts: {
          ...common,
          name: '.build-deps',
          version: '20200101.000000',
          arch: 'noarch',
          source: { name: '.build-deps', version: '20200101.000000', module: '' },
        },
        origin: 'database',
        path: database,
      },
    ]);
    expect(findings.ownership).toEqual([{ path: database, packageName: 'libssl1.1', arch: 'x86_64', files: ['lib/libssl.so.1.1'] }]);
    expect(findings.diagnostics).toEqual([]);
  });

  it('reports entries without name or version, and bad lines, and keeps the rest', async () => {
    const findings = await apkScanner.scan(layerFiles({ [database]: 'P:a\n\nV:1\n\nx\nP:b\nV:2\n' }));
    expect(findings.packages?.map(({ facts }) => facts.name)).toEqual(['b']);
    expect(findings.diagnostics?.map(({ code }) => code)).toEqual(['PACKAGE_INCOMPLETE', 'PACKAGE_INCOMPLETE', 'FILE_UNPARSABLE']);
  });

  it('says little about a file that is nothing but odd', async () => {
    const findings = await apkScanner.scan(layerFiles({ [database]: 'P:a\n\n'.repeat(50_000) }));
    expect(findings.diagnostics?.length).toBeLessThan(30);
  });
});
