import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import { cookieOf } from '../../domain/ovs/cookie.ts';
import { countDesiredFlows } from '../../domain/ovs/desired-flows.ts';
import type { FlowSeen } from '../../domain/ovs/flow.ts';
import { type PreparedPort, preparedFlows } from '../../domain/ovs/prepared-flows.ts';
import { isVlanGateway } from '../../domain/ovs/vlan-gateway.ts';
import type { FlowsTold } from '../../domain/port/flow-table.ts';
import type { PortSeen } from '../../domain/port/switch.ts';
import { compareFlows, compareGuards } from './compare-flows.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Turns } from './turns.ts';
import { type UnderWay, watchUnderWay } from './under-way.ts';

type FlowPorts = Pick<AgentPorts, 'flows' | 'switch' | 'log' | 'metrics'>;

/** More than these are asked for all together. */
const fewCookies = 32;

const readFlows = async (
  { flows }: Pick<AgentPorts, 'flows'>,
  cookies: ReadonlySet<string> | undefined,
): Promise<E.Either<Refusal, ReadonlyArray<FlowSeen>>> => {
  if (cookies === undefined) return flows.flows()();
  const answers = await Promise.all([...cookies].map((cookie) => flows.flows(cookie)()));
  return E.map((found: ReadonlyArray<ReadonlyArray<FlowSeen>>) => found.flat())(E.sequenceArray(answers));
};

export type FlowsReconciled = {
  /** Each port's number, as its flows name it. */
  readonly ofports: ReadonlyMap<string, number>;
  /** The cookies that were not judged, for an ADD or DEL was at them: whether they are as they should be is not known. */
  readonly passed: ReadonlySet<string>;
};

/**
 * Makes the flows on the bridge those that follow from the log, and its ports guarded or not, as this agent was told to run: all, or
 * those of the cookies that the switch told of. What an ADD or DEL does meanwhile is passed by: flows are read before ports, and compared
 * without a pause. Pods that run are not interrupted: a port is guarded after its flows are there. Without anti-spoofing a switch that
 * does not speak OpenFlow is no failure.
 */
export const reconcileFlows = async (
  { flows, switch: ovs, log, metrics }: FlowPorts,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  told: FlowsTold = 'any',
): Promise<E.Either<Refusal, FlowsReconciled>> => {
  const { antiSpoofing } = configuration;
  const only = told === 'any' || told.size > fewCookies ? undefined : told;
  // Flows name their gateway's port, whosever they are.
  const isMeant = (port: PortSeen): boolean =>
    only === undefined || only.has(cookieOf(port.name) ?? '') || isVlanGateway(port);
  const whoWas = watchUnderWay(host, turns);
  const there = await readFlows({ flows }, only);
  if (E.isLeft(there) && antiSpoofing) return there;
  const seen = await ovs.ports()();
  if (E.isLeft(seen)) return seen;
  const underWay = whoWas();
  const { settled, changes, ...compared } = compareFlows(
    configuration,
    host.state(),
    turns.prepared.values(),
    underWay,
    seen.right.filter(isMeant),
    E.isLeft(there) ? [] : there.right,
    only,
  );
  const wrong = compared.wrong.map(({ name }) => name);
  const vlans = new Map([...host.state().attachments.values()].map((one) => [one.hostIfname, one]));

  const setPorts = (): Promise<E.Either<Refusal, void>> =>
    wrong.length === 0 ? Promise.resolve(E.right(undefined)) : ovs.setGuarded(wrong, antiSpoofing, vlans)();
  const write = (): Promise<E.Either<Refusal, void>> => flows.change(changes)();
  for (const step of antiSpoofing ? [write, setPorts] : [setPorts, write]) {
    const done = await step();
    if (E.isLeft(done)) return done;
  }
  if (changes.length + wrong.length > 0) {
    log.info('flows were set right', { changes: changes.length, ports: wrong });
    metrics?.record('repairs', changes.length + wrong.length, { what: 'flow' });
  }
  const { cookies: passed } = underWay;
  return E.right({
    ofports: new Map(settled.flatMap(({ name, ofport }) => (ofport === undefined ? [] : [[name, ofport]]))),
    passed: told === 'any' ? passed : told.intersection(passed),
  });
};

/**
 * Whether flows or guarded ports differ from what follows from the log, as far as that can be told from their number, which is
 * one short question to the switch. Says nothing where an ADD or DEL was under way since `whoWas` was begun, before the ports were seen.
 */
export const flowsHaveDrifted = async (
  { flows }: Pick<AgentPorts, 'flows'>,
  configuration: AgentConfiguration,
  host: Host,
  prepared: Iterable<PreparedPort>,
  whoWas: () => UnderWay,
  seen: ReadonlyArray<PortSeen>,
  written: ReadonlyMap<string, number>,
): Promise<boolean> => {
  const { antiSpoofing } = configuration;
  const underWay = whoWas();
  const { settled, wrong } = compareGuards(configuration, host.state(), underWay, seen);
  const isNumbered = ({ name, ofport }: PortSeen): boolean => (written.get(name) ?? ofport) === ofport;
  if (wrong.length > 0 || !settled.every(isNumbered)) return true;
  if (underWay.keys.size > 0) return false;
  const ofPrepared = antiSpoofing ? preparedFlows(prepared).length : 0;
  const desired = countDesiredFlows(host.state().attachments.values(), settled, antiSpoofing) + ofPrepared;
  const count = await flows.count()();
  if (whoWas().keys.size > 0) return false;
  // Without anti-spoofing nothing hangs on it that the switch tells of its flows.
  return E.isLeft(count) ? antiSpoofing : count.right !== desired;
};
