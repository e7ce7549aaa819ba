import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

export interface FeedHost extends AsyncDisposable {
  /** For `--feed-mirror`. */
  readonly url: string;
  /** `METHOD path → status` of every request so far. */
  readonly requests: string[];
}

/** Serves a directory over HTTP on loopback with an entity tag, as a plain mirror would. */
export async function serveFeeds(root: string): Promise<FeedHost> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const answer = (status: number): void => void requests.push(`${request.method} ${path} → ${status}`);
    const file = join(root, path);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile()) {
      answer(404);
      response.writeHead(404).end();
      return;
    }
    const etag = `"${stat.size.toString(16)}-${stat.mtimeMs.toString(16)}"`;
    if (request.headers['if-none-match'] === etag) {
      answer(304);
      response.writeHead(304, { etag }).end();
      return;
    }
    answer(200);
    response.writeHead(200, { etag, 'content-length': stat.size });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
