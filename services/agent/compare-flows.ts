import type { HostState } from '../../domain/host/state.ts';
import { desiredFlows } from '../../domain/ovs/desired-flows.ts';
import type { FlowChange, FlowSeen } from '../../domain/ovs/flow.ts';
import { flowChanges } from '../../domain/ovs/flow-changes.ts';
import { hasItsVlans } from '../../domain/ovs/port.ts';
import { type PreparedPort, preparedFlows } from '../../domain/ovs/prepared-flows.ts';
import type { PortSeen } from '../../domain/port/switch.ts';
import type { AgentConfiguration } from './configuration.ts';
import { isPortUnderWay, type UnderWay } from './under-way.ts';

type Compared = {
  /** The bridge's ports, less those whose ADD or DEL is under way. */
  readonly settled: ReadonlyArray<PortSeen>;
  /** Pods' ports among them that are guarded and should not be, or the other way round; or that are in another VLAN than their own. */
  readonly wrong: ReadonlyArray<PortSeen>;
};

type Told = Pick<AgentConfiguration, 'bridge' | 'antiSpoofing'>;
type Known = Pick<HostState, 'attachments'>;

/** The bridge's ports, as far as they can be judged now, against what this agent was told. */
export const compareGuards = (
  { bridge, antiSpoofing }: Told,
  { attachments }: Known,
  underWay: UnderWay,
  seen: ReadonlyArray<PortSeen>,
): Compared => {
  const settled = seen.filter((port) => port.bridge === bridge.name && !isPortUnderWay(underWay, port));
  const known = new Map([...attachments.values()].map((one) => [one.hostIfname, one]));
  return {
    settled,
    wrong: settled.filter((port) => {
      const attachment = known.get(port.name);
      if (attachment === undefined) return false;
      return port.guarded !== antiSpoofing || (!port.guarded && !hasItsVlans(port, attachment));
    }),
  };
};

/**
 * The same with the flows that follow from the log, and from what is `prepared` beside it; drift and its repair go by this one comparison.
 * With `only`, the ports that are given are these cookies', and so are the flows.
 */
export const compareFlows = (
  told: Told,
  known: Known,
  prepared: Iterable<PreparedPort>,
  underWay: UnderWay,
  seen: ReadonlyArray<PortSeen>,
  there: ReadonlyArray<FlowSeen>,
  only?: ReadonlySet<string>,
): Compared & { readonly changes: ReadonlyArray<FlowChange> } => {
  const { settled, wrong } = compareGuards(told, known, underWay, seen);
  const isMeant = (cookie: string): boolean => !underWay.cookies.has(cookie) && (only?.has(cookie) ?? true);
  const ofPrepared = told.antiSpoofing ? preparedFlows(prepared) : [];
  const changes = flowChanges(
    [
      ...desiredFlows(known.attachments.values(), settled, told.antiSpoofing),
      ...ofPrepared.filter(({ cookie }) => isMeant(cookie)),
    ],
    there.filter(({ cookie }) => !underWay.cookies.has(cookie)),
  );
  return { settled, wrong, changes };
};
