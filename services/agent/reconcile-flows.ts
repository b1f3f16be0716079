import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import { cookieOf } from '../../domain/ovs/cookie.ts';
import { countDesiredFlows, desiredFlows } from '../../domain/ovs/desired-flows.ts';
import { flowChanges } from '../../domain/ovs/flow-changes.ts';
import type { PortSeen } from '../../domain/port/switch.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Turns } from './turns.ts';

type FlowPorts = Pick<AgentPorts, 'flows' | 'switch' | 'log' | 'metrics'>;

/** The bridge's ports of ours, less those in the middle of their ADD or DEL. */
const settledPorts = (
  { bridge }: AgentConfiguration,
  host: Host,
  turns: Turns,
  seen: ReadonlyArray<PortSeen>,
): { readonly ports: ReadonlyArray<PortSeen>; readonly busy: ReadonlySet<string> } => {
  const { attachments } = host.state();
  const busy = new Set(turns.busy().flatMap((key) => attachments.get(key)?.hostIfname ?? []));
  return { ports: seen.filter((port) => port.bridge === bridge.name && !busy.has(port.name)), busy };
};

/**
 * Makes the flows on the bridge those that follow from the log, and its ports guarded or not, as this agent was told to run.
 * Flows are read before ports and compared without a pause: whatever an ADD or DEL does meanwhile stands behind it. Pods that
 * run are not interrupted: a port is guarded after its flows are there. Without anti-spoofing a switch that does not speak
 * OpenFlow is no failure. Gives each port's number, as its flows name it.
 */
export const reconcileFlows = async (
  { flows, switch: ovs, log, metrics }: FlowPorts,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
): Promise<E.Either<Refusal, ReadonlyMap<string, number>>> => {
  const { antiSpoofing } = configuration;
  const there = await flows.flows()();
  if (E.isLeft(there) && antiSpoofing) return there;
  const seen = await ovs.ports()();
  if (E.isLeft(seen)) return seen;
  const { ports, busy } = settledPorts(configuration, host, turns, seen.right);
  const attachments = [...host.state().attachments.values()];
  const desired = desiredFlows(attachments, ports, antiSpoofing);
  const passed = new Set([...busy].map(cookieOf));
  const changes = flowChanges(
    desired,
    (E.isLeft(there) ? [] : there.right).filter(({ cookie }) => !passed.has(cookie)),
  );
  const known = new Set(attachments.map(({ hostIfname }) => hostIfname));
  const wrong = ports
    .filter(({ name, guarded }) => guarded !== antiSpoofing && known.has(name))
    .map(({ name }) => name);

  const setPorts = (): Promise<E.Either<Refusal, void>> =>
    wrong.length === 0 ? Promise.resolve(E.right(undefined)) : ovs.setGuarded(wrong, antiSpoofing)();
  const write = (): Promise<E.Either<Refusal, void>> => flows.change(changes)();
  for (const step of antiSpoofing ? [write, setPorts] : [setPorts, write]) {
    const done = await step();
    if (E.isLeft(done)) return done;
  }
  if (changes.length + wrong.length > 0) {
    log.info('flows were set right', { changes: changes.length, ports: wrong });
    metrics?.record('repairs', changes.length + wrong.length, { what: 'flow' });
  }
  return E.right(
    new Map(ports.flatMap(({ name, ofport }) => (ofport === undefined ? [] : [[name, ofport]]))),
  );
};

/**
 * Whether flows or guarded ports differ from what follows from the log, as far as that can be told from their number, which is
 * one short question to the switch. Says nothing while an ADD or DEL is under way.
 */
export const flowsHaveDrifted = async (
  { flows }: Pick<AgentPorts, 'flows'>,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  seen: ReadonlyArray<PortSeen>,
  written: ReadonlyMap<string, number>,
): Promise<boolean> => {
  const { antiSpoofing } = configuration;
  if (turns.busy().length > 0) return false;
  const { ports } = settledPorts(configuration, host, turns, seen);
  const attachments = [...host.state().attachments.values()];
  const known = new Set(attachments.map(({ hostIfname }) => hostIfname));
  const isWrong = ({ name, guarded, ofport }: PortSeen): boolean =>
    (known.has(name) && guarded !== antiSpoofing) || (written.get(name) ?? ofport) !== ofport;
  if (ports.some(isWrong)) return true;
  const desired = countDesiredFlows(attachments, ports, antiSpoofing);
  const count = await flows.count()();
  if (turns.busy().length > 0) return false;
  // Without anti-spoofing nothing hangs on it that the switch tells of its flows.
  return E.isLeft(count) ? antiSpoofing : count.right !== desired;
};
