import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../core/index.ts';
import { parseEpss } from './parse-epss.ts';

const real = fileURLToPath(new URL('../../../../shared/data/epss/epss_scores-2021-08-31.csv.gz', import.meta.url));

async function* pieces(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(body: string | Uint8Array, size?: number) {
  const diagnostics: Diagnostic[] = [];
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const advisories = await Array.fromAsync(parseEpss(pieces(bytes, size), { onDiagnostic: (each) => diagnostics.push(each) }));
  const facts = advisories.map(({ name, description, issued, severity }) => [name, description, issued, severity]);
  return { facts, skipped: diagnostics.map(({ data }) => data) };
}

describe('the forms of the feed', () => {
  it.each([
    ['until August 2021', 'cve,epss\nCVE-2020-5902,0.65117\n', '5902 0.65117\n', '', ''],
    ['from September 2021', 'cve,epss,percentile\nCVE-2020-5902,0.65117,0.9981063485700858\n', '5902 0.65117 0.9981063485700858\n', '', ''],
    [
      'from February 2022',
      '#model_version:v2022.01.01,score_date:2022-02-04T00:00:00+0000\ncve,epss,percentile\nCVE-2020-5902,0.96817,0.99999\n',
      '5902 0.96817 0.99999\n',
      '2022-02-04T00:00:00+00:00',
      'v2022.01.01',
    ],
    ['with CR LF and small numbers', 'cve,epss\r\nCVE-2020-5902,9e-05\r\n', '5902 9e-05\n', '', ''],
    ['without a last line end', 'cve,epss\nCVE-2020-5902,1', '5902 1\n', '', ''],
    ['with other columns besides', 'x,cve,percentile,epss\n_,CVE-2020-5902,0.5,0.25\n', '5902 0.25 0.5\n', '', ''],
  ])('%s', async (_name, body, fact, issued, model) => {
    expect(await read(gzipSync(body))).toEqual({ facts: [['CVE-2020-5xxx', fact, issued, model]], skipped: [] });
    expect((await read(body, 1)).facts).toEqual([['CVE-2020-5xxx', fact, issued, model]]);
  });
});

describe('what cannot be read', () => {
  it('of a line is left out and counted', async () => {
    const odd = [
      'CVE-2020-1,0.5',
      'CVE-2020-10000,1.5',
      'CVE-2020-10001,-0.1',
      'CVE-2020-10002,NaN',
      'CVE-2020-10003,',
      '__proto__,0.5',
      'x',
    ];
    const { facts, skipped } = await read(`cve,epss\nCVE-2020-5902,0.5\n${odd.join('\n')}\n`);
    expect(facts).toEqual([['CVE-2020-5xxx', '5902 0.5\n', '', '']]);
    expect(skipped).toEqual([{ updater: 'epss-updater', records: 7, first: 'line 3' }]);
  });

  it.each([
    ['nothing', '', 'FEED_MALFORMED'],
    ['no header', 'CVE-2020-5902,0.5\n', 'FEED_MALFORMED'],
    ['no scores', 'cve,epss\n', 'FEED_MALFORMED'],
    ['a page of HTML', '<!DOCTYPE html>\n<html></html>\n', 'FEED_MALFORMED'],
    ['a line without end', `cve,epss\n${'x'.repeat(1_000_000)}`, 'LIMIT_READ'],
    ['compressed data that ends', gzipSync('cve,epss\nCVE-2020-5902,0.5\n').subarray(0, -6), 'FEED_TRUNCATED'],
  ])('%s fails the feed', async (_name, body, code) => {
    await expect(read(body)).rejects.toMatchObject({ code });
  });
});

describe.skipIf(!existsSync(real))('the real feed of 2021-08-31 (skipped where ../shared is absent)', () => {
  it('is read line by line', async () => {
    const lines = gunzipSync(readFileSync(real)).toString().trim().split('\n').slice(1);
    const wanted = new Map(lines.map((line) => line.split(',') as [string, string]));
    const { facts, skipped } = await read(readFileSync(real));
    const found = facts.flatMap(([name = '', text = '']) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => `${name.replace(/\d+xxx$/, '')}${line}`),
    );
    expect([found.length, wanted.size, skipped]).toEqual([72_272, 72_272, []]);
    // One by one: to compare the whole takes seconds.
    expect(found.filter((line) => wanted.get(line.split(' ')[0] ?? '') !== line.split(' ')[1])).toEqual([]);
  });
});
