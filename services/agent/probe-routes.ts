import { probeRoutes } from '../probe-routes.ts';
import type { Agent } from './agent.ts';
import { readingsOf } from './readings.ts';
import { reasonsNow } from './reasons.ts';

/** What monitoring asks of an agent. */
export const agentProbes = probeRoutes<Agent>((agent) => {
  const { metrics } = agent.ports;
  return {
    reasons: () => reasonsNow(agent),
    ...(metrics && { exposition: async () => metrics.exposition(await readingsOf(agent)) }),
  };
});
