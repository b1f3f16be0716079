import type { HttpAnswer, HttpHandler } from '../../domain/port/http.ts';
import type { Agent } from './agent.ts';
import { readingsOf } from './readings.ts';
import { reasonsNow } from './reasons.ts';
import type { Route } from './route.ts';

const ready = (reasons: ReadonlyArray<string>): HttpAnswer => ({
  status: reasons.length === 0 ? 200 : 503,
  body: { ready: reasons.length === 0, reasons },
});

/** An answer is the proof: a process that cannot give one is to be started again. It says nothing of switch or lease. */
const healthy: HttpAnswer = { status: 200, body: { healthy: true } };

/** What monitoring asks: nothing here changes anything, or tells of pods. */
export const probeRoutes: Readonly<Record<string, Route<Agent>>> = {
  'GET /healthz': () => Promise.resolve(healthy),
  'GET /readyz': (agent) => Promise.resolve(ready(reasonsNow(agent))),
  'GET /metrics': async (agent) => {
    const { metrics } = agent.ports;
    return metrics === undefined
      ? { status: 404, body: { error: { msg: 'this agent measures nothing' } } }
      : {
          status: 200,
          body: await metrics.exposition(await readingsOf(agent)),
          contentType: 'text/plain; version=0.0.4; charset=utf-8',
        };
  },
};

/** While the agent starts, which takes seconds on a full node (it heals, drains and reconciles before it serves), and while it stops. */
export const notServing =
  (reason: string): HttpHandler =>
  ({ path }) =>
    Promise.resolve(path === '/healthz' ? healthy : ready([reason]));
