import { HttpProblem } from './problem.ts';

/** The JSON of a body. @throws HttpProblem `bad-request` */
export function parseJsonBody(body: Uint8Array | undefined): unknown {
  if (body === undefined || body.length === 0) throw new HttpProblem('bad-request', { message: 'the request has no body' });
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch (cause) {
    throw new HttpProblem('bad-request', { message: 'the body is not JSON in UTF-8', cause });
  }
}
