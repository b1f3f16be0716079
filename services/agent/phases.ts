import type { AgentPorts } from './ports.ts';

/** The parts of one request of the plugin, one behind the other, in milliseconds. */
export type Phases = Readonly<Record<string, number>>;

/** Observes how long each part of a request took that succeeded; what it had no need of took no time, and is left out. */
export const recordPhases = (
  { metrics }: Pick<AgentPorts, 'metrics'>,
  verb: string,
  phases: Phases,
): void => {
  for (const [phase, ms] of Object.entries(phases))
    if (ms > 0) metrics?.record('phaseSeconds', ms / 1000, { verb, phase });
};
