import type { HttpAnswer } from '../../domain/port/http.ts';
import type { Agent } from './agent.ts';
import type { Route } from './route.ts';

/** The CNI code of an answer to the plugin; 0 for success. */
const codeOf = ({ status, body }: HttpAnswer): string =>
  status === 200 ? '0' : String((body as { readonly error: { readonly code: number } }).error.code);

/** Counts each request of the plugin by what came of it, and how long it took. `POST /v1/add` counts as ADD, in a VLAN too, `POST /v1/ipam/add` as IPAM ADD. */
export const measuredRoutes = (
  routes: Readonly<Record<string, Route<Agent>>>,
): Readonly<Record<string, Route<Agent>>> =>
  Object.fromEntries(
    Object.entries(routes).map(([name, route]): readonly [string, Route<Agent>] => {
      const verb = name.replace('POST /v1/', '').replace('vlan/', '').replace('/', ' ').toUpperCase();
      return [
        name,
        async (agent, request) => {
          const { clock, metrics } = agent.ports;
          const startedMs = clock.monotonicMs();
          const answer = await route(agent, request);
          metrics?.record('callSeconds', (clock.monotonicMs() - startedMs) / 1000, { verb });
          metrics?.record('calls', 1, { verb, code: codeOf(answer) });
          return answer;
        },
      ];
    }),
  );
