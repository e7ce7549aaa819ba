import type { HttpRoute } from './http-route.ts';
import { HttpProblem } from './problem.ts';
import { endsWithin } from './running-work.ts';

/** ms */
const probeTimeout = 5_000;

/** `/healthz`: 200 while the store answers. Concurrent questions share one look. */
export function healthRoute(probe: () => Promise<unknown>): HttpRoute {
  let looking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    const answer = probe();
    if (!(await endsWithin(answer, probeTimeout))) throw new Error('the store does not answer in time');
    await answer;
  };
  return {
    method: 'GET',
    path: '/healthz',
    handle: async () => {
      looking ??= look().finally(() => (looking = undefined));
      try {
        await looking;
      } catch (cause) {
        throw new HttpProblem('unavailable', { message: 'the store does not answer', cause });
      }
      return { status: 200, body: ['{"status":"ok"}\n'] };
    },
  };
}
