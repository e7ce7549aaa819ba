import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlobServer, type BlobOptions } from './blob-server.ts';

const bytes = new TextEncoder().encode('0123456789');
let server: BlobServer;
beforeEach(async () => {
  server = await BlobServer.start();
});
afterEach(() => server[Symbol.asyncDispose]());

/** Status, `Content-Range` and body, as the fetch of the platform sees them. */
async function ask(uri: string, headers: Readonly<Record<string, string>> = {}): Promise<readonly [number, string | null, string]> {
  const response = await fetch(uri, { headers: { 'accept-encoding': 'identity', ...headers } });
  return [response.status, response.headers.get('content-range'), await response.text()];
}

describe('BlobServer', () => {
  it.each<[string, BlobOptions, Record<string, string>, readonly [number, string | null, string]]>([
    ['the whole', {}, {}, [200, null, '0123456789']],
    ['a part', {}, { range: 'bytes=3-5' }, [206, 'bytes 3-5/10', '345']],
    ['the rest', {}, { range: 'bytes=7-' }, [206, 'bytes 7-9/10', '789']],
    ['a part beyond the end', {}, { range: 'bytes=7-70' }, [206, 'bytes 7-9/10', '789']],
    ['nothing behind the end', {}, { range: 'bytes=10-' }, [416, 'bytes */10', '']],
    ['the whole for a part, where ranges are ignored', { ranges: 'ignored' }, { range: 'bytes=3-5' }, [200, null, '0123456789']],
    ['the rest of the same', { etag: '"a"' }, { range: 'bytes=7-', 'if-range': '"a"' }, [206, 'bytes 7-9/10', '789']],
    ['the whole of another', { etag: '"a"' }, { range: 'bytes=7-', 'if-range': '"b"' }, [200, null, '0123456789']],
    ['what is packed as it says', { encoding: 'gzip' }, {}, [200, null, '0123456789']],
  ])('gives %s', async (_, options, headers, expected) => {
    expect(await ask(server.add(bytes, options).uri, headers)).toEqual(expected);
  });

  it('counts requests and bytes for each path', async () => {
    const blob = server.add(bytes);
    await ask(blob.uri);
    await ask(`${blob.uri}?again=1`, { range: 'bytes=5-' });
    await ask(`${server.url}/none`);
    expect([server.count(blob.path), server.bytesSent(blob.path), server.count('/none')]).toEqual([2, 15, 1]);
    expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=5-', undefined]);
  });

  it('holds requests back until they are released', async () => {
    const blob = server.add(bytes);
    const held = server.hold(blob.path);
    let isDone = false;
    const asking = ask(blob.uri).finally(() => {
      isDone = true;
    });
    await held.arrived;
    await new Promise((resolve) => void setTimeout(resolve, 20));
    expect([isDone, server.running(blob.path)]).toEqual([false, 1]);
    held.release();
    expect((await asking)[0]).toBe(200);
    expect((await ask(blob.uri))[0]).toBe(200);
  });

  it('answers as it is told, then as itself', async () => {
    const blob = server.add(bytes);
    server.script(blob.path, { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, { kind: 'trickle', bytes: 3, delay: 2 });
    const busy = await fetch(blob.uri);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await ask(blob.uri)).toEqual([200, null, '0123456789']);
    server.script(blob.path, { kind: 'truncate', bytes: 4 }, { kind: 'reset' });
    await expect(ask(blob.uri)).rejects.toThrow('terminated');
    await expect(ask(blob.uri)).rejects.toThrow('fetch failed');
    server.always(blob.path, { kind: 'redirect', location: `${server.url}/none` });
    expect((await ask(blob.uri))[0]).toBe(404);
    server.always(blob.path, undefined);
    expect((await ask(blob.uri))[0]).toBe(200);
  });
});
