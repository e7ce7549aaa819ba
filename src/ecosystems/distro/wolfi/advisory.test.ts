import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Advisory } from '../../../contracts/index.ts';
import { collect } from '../../../testing/index.ts';
import { parseSecdb } from './advisory.ts';
import type { WolfiDistribution } from './release.ts';

const fixture = readFileSync(new URL('fixtures/security.json', import.meta.url), 'utf8').trim();

async function* body(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

async function parse(text: string, release: WolfiDistribution = 'wolfi'): Promise<readonly Advisory[]> {
  return collect(parseSecdb(body(text), release, 'updater'));
}

describe('the security database of Wolfi', () => {
  it('gives an advisory a source package and id, with the fix or none', async () => {
    const rows = (await parse(fixture)).flatMap(({ part, name, rows: own }) =>
      own.map(({ package: of, range, status, fixState }) => [part, name, of.kind, range.fixed, status, fixState].join(' ')),
    );
    expect(rows).toEqual([
      'aactl CVE-2023-45283 source  not_affected unknown',
      'aactl GHSA-vvjp-q62m-2vph source  not_affected unknown',
      'aactl CVE-2023-39326 source 0.4.12-r5 affected fixed',
      'aactl CVE-2023-45285 source 0.4.12-r5 affected fixed',
      'aactl CVE-2025-22869 source 0.4.12-r27 affected fixed',
      'aactl CVE-2025-30204 source 0.4.12-r29 affected fixed',
      'aactl GHSA-mh63-6h87-95cp source 0.4.12-r29 affected fixed',
    ]);
  });

  it('points to the entry in the document, and links to whoever gave the id', async () => {
    const found = await parse(fixture);
    expect(found.find(({ name }) => name === 'GHSA-mh63-6h87-95cp')).toMatchObject({
      url: 'https://packages.wolfi.dev/os/security.json',
      links: ['https://github.com/advisories/GHSA-mh63-6h87-95cp'],
      rows: [{ namespace: { key: 'wolfi:rolling', scheme: 'apk' }, pointer: '/packages/0/pkg/secfixes/0.4.12-r29/1' }],
    });
    expect(found[0]?.links).toEqual(['https://nvd.nist.gov/vuln/detail/CVE-2023-45283']);
  });

  it('is not taken for that of Chainguard, nor the other way', async () => {
    await expect(parse(fixture, 'chainguard')).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
    const [advisory] = await parse(fixture.replace('"os"', '"chainguard"'), 'chainguard');
    expect(advisory).toMatchObject({
      url: 'https://packages.cgr.dev/chainguard/security.json',
      rows: [{ namespace: { key: 'chainguard:rolling' } }],
    });
  });

  it('gives nothing where it is cut at any byte', async () => {
    for (let length = 0; length < fixture.length; length += 1) {
      await expect(parse(fixture.slice(0, length)), `first ${length}`).rejects.toMatchObject({ code: 'FEED_TRUNCATED' });
    }
    await expect(parse('<html>')).rejects.toMatchObject({ code: 'FEED_MALFORMED' });
  });
});
