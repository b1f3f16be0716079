import type { HttpAnswer, HttpHandler } from '../domain/port/http.ts';
import type { Route } from './agent/route.ts';

/** What monitoring may know of a program: nothing here changes anything, or tells of pods. */
export type Probed = {
  /** Why it cannot serve now, in words; none when it can. */
  readonly reasons: () => ReadonlyArray<string>;
  /** In Prometheus's text format; absent where nothing is measured. */
  readonly exposition?: () => Promise<string>;
};

const ready = (reasons: ReadonlyArray<string>): HttpAnswer => ({
  status: reasons.length === 0 ? 200 : 503,
  body: { ready: reasons.length === 0, reasons },
});

/** An answer is the proof: a process that cannot give one is to be started again. It says nothing of what it needs. */
const healthy: HttpAnswer = { status: 200, body: { healthy: true } };

export const probeRoutes = <A>(of: (asked: A) => Probed): Readonly<Record<string, Route<A>>> => ({
  'GET /healthz': () => Promise.resolve(healthy),
  'GET /readyz': (asked) => Promise.resolve(ready(of(asked).reasons())),
  'GET /metrics': async (asked) => {
    const { exposition } = of(asked);
    return exposition === undefined
      ? { status: 404, body: { error: { msg: 'this program measures nothing' } } }
      : { status: 200, body: await exposition(), contentType: 'text/plain; version=0.0.4; charset=utf-8' };
  },
});

/** While a program starts, which can take seconds, and while it stops. */
export const notServing =
  (reason: string): HttpHandler =>
  ({ path }) =>
    Promise.resolve(path === '/healthz' ? healthy : ready([reason]));
