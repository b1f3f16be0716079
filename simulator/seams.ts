import type { Latch } from '../adapters/sqlite/latch.ts';
import type { AgentConnection } from '../domain/port/agent-connection.ts';
import type { Agent } from '../services/agent/agent.ts';
import type { AgentPorts } from '../services/agent/ports.ts';
import type { Capabilities } from '../services/cni-plugin/capabilities.ts';
import type { Owner } from './loop.ts';
import type { Machine } from './machine/machine.ts';

/** Where a mutant may change the program: between its parts, never inside them. What is absent stays as it is. */
export type Seams = {
  readonly ports?: (ports: AgentPorts, machine: Machine, owner: Owner) => AgentPorts;
  readonly agent?: (agent: Agent, machine: Machine, owner: Owner) => Agent;
  /** The plugin's way to the agent, one per run. */
  readonly connection?: (connection: AgentConnection, machine: Machine) => AgentConnection;
  /** What the plugin's whole program sees, one run of it. */
  readonly plugin?: (capabilities: Capabilities, machine: Machine) => Capabilities;
  readonly bootId?: (bootId: string) => string;
  readonly latch?: (latch: Latch) => Latch;
};
