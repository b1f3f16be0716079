import { either as E } from 'fp-ts';
import type { HostState, Lease } from '../../domain/host/state.ts';
import { bridgeOf, interfaceSettings, vlanGateway } from '../../domain/kernel/node-network.ts';
import { strayRoutes, vlansOf, withoutRoute } from '../../domain/kernel/pod-routes.ts';
import { gatewayVlan, isVlanPort, vlanInterface, vlanPort } from '../../domain/ovs/vlan-gateway.ts';
import type { PodRoute } from '../../domain/port/kernel.ts';
import type { PortSeen } from '../../domain/port/switch.ts';
import type { Difference } from '../../domain/transfer/drift-answer.ts';
import type { Vlan } from '../../domain/vlan.ts';
import type { AgentConfiguration } from './configuration.ts';
import { describeNodeNetworkFailure, wrongAmong } from './node-network.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Readiness } from './readiness.ts';
import type { Turns } from './turns.ts';
import type { UnderWay } from './under-way.ts';
import {
  ensureVlanGateway,
  ensureVlanOf,
  gatewaysHere,
  removeUnused,
  turnOf,
  type VlanFailure,
  type VlanPorts,
} from './vlans.ts';

/** VLANs in use or with a gateway, and the host's routes to pods in them. Where there is no such VLAN, nobody is asked for routes. */
type Looked = {
  readonly there: ReadonlyMap<Vlan, PortSeen>;
  readonly all: ReadonlyArray<Vlan>;
  readonly routes: ReadonlyArray<PodRoute>;
};

const look = async (
  { kernel }: Pick<AgentPorts, 'kernel'>,
  configuration: AgentConfiguration,
  { attachments }: Pick<HostState, 'attachments'>,
  seen: ReadonlyArray<PortSeen>,
): Promise<E.Either<VlanFailure, Looked>> => {
  const there = new Map(gatewaysHere(configuration, seen).map((port) => [gatewayVlan(port), port]));
  const all = [...new Set([...vlansOf(attachments.values()), ...there.keys()])];
  if (all.length === 0) return E.right({ there, all, routes: [] });
  const routes = await kernel.podRoutes()();
  return E.isLeft(routes) ? routes : E.right({ there, all, routes: routes.right });
};

/** What of a VLAN's gateway is otherwise than its pods need. */
const ofGateway = async (
  ports: Pick<AgentPorts, 'kernel' | 'settings'>,
  { bridge }: AgentConfiguration,
  lease: Lease,
  vlan: Vlan,
  port: PortSeen | undefined,
): Promise<E.Either<VlanFailure, ReadonlyArray<Difference>>> => {
  const wanted = vlanPort(bridgeOf(lease, bridge), vlan);
  const { name } = wanted;
  if (!isVlanPort(wanted, port)) {
    const difference = port === undefined ? 'it is missing' : 'its port is not as it was made';
    return E.right([{ part: 'gateway', name, difference, change: 'make it' }]);
  }
  const inKernel = await ports.kernel.inspectGateway(vlanGateway(lease, bridge, vlan))();
  if (E.isLeft(inKernel)) return inKernel;
  const wrong = await wrongAmong(ports, interfaceSettings(lease, name));
  if (E.isLeft(wrong)) return wrong;
  return E.right([
    ...inKernel.right.map(
      (difference): Difference => ({ part: 'gateway', name, difference, change: 'put it right' }),
    ),
    ...wrong.right.map(
      ({ path, now, value }): Difference => ({
        part: 'setting',
        name: path,
        difference: `it is ${now ?? 'missing'}`,
        change: `set it to ${value}`,
      }),
    ),
  ]);
};

/**
 * What is otherwise about VLANs than the log says; `passed` are VLANs whose gateway could not be made. Of attached pods the `settled` are
 * those that nobody changes now: another may be in the middle of its DEL. Changes nothing.
 */
export const vlanDifferences = async (
  ports: Pick<AgentPorts, 'kernel' | 'settings'>,
  configuration: AgentConfiguration,
  host: Pick<Host, 'state'>,
  lease: Lease,
  seen: ReadonlyArray<PortSeen>,
  whoWas: () => UnderWay,
  passed: Pick<ReadonlySet<Vlan>, 'has'> = new Set(),
): Promise<E.Either<VlanFailure, ReadonlyArray<Difference>>> => {
  const bridge = configuration.bridge.name;
  const looked = await look(ports, configuration, host.state(), seen);
  if (E.isLeft(looked)) return looked;
  const { there, all, routes } = looked.right;
  const { keys: busy } = whoWas();
  const { attachments } = host.state();
  const settled = [...attachments].flatMap(([key, one]) =>
    one.status === 'attached' && !busy.has(key) ? [one] : [],
  );
  const found: Difference[] = withoutRoute(bridge, attachments, routes, busy)
    .filter((key) => !passed.has(attachments.get(key)?.vlan ?? 0))
    .map((key) => ({
      part: 'gateway',
      name: bridge,
      difference: `the route to ${key} in its VLAN is missing`,
      change: 'put it right',
    }));
  // Whoever is under way may be the one that it is there for.
  if (busy.size === 0) {
    const used = vlansOf(attachments.values());
    for (const vlan of all.filter((one) => !used.includes(one) && !passed.has(one)))
      found.push({
        part: 'gateway',
        name: vlanInterface(bridge, vlan),
        difference: 'no pod is in its VLAN',
        change: 'remove it',
      });
    const stray = strayRoutes(bridge, attachments.values(), routes);
    for (const { address, device } of stray.filter((one) => one.device.startsWith(`${bridge}.`)))
      found.push({
        part: 'gateway',
        name: device,
        difference: `a route leads to ${address}, which no pod has there`,
        change: 'remove it',
      });
  }
  for (const vlan of vlansOf(settled).filter((one) => !passed.has(one))) {
    const differences = await ofGateway(ports, configuration, lease, vlan, there.get(vlan));
    if (E.isLeft(differences)) return differences;
    found.push(...differences.right);
  }
  return E.right(found);
};

/** Routes of ours on a VLAN's interface that lead to nobody's address go; in the VLAN's turn, in which others come. */
const removeStray = async (
  { kernel }: Pick<AgentPorts, 'kernel'>,
  { bridge }: AgentConfiguration,
  host: Pick<Host, 'state'>,
  vlan: Vlan,
): Promise<E.Either<VlanFailure, void>> => {
  const routes = await kernel.podRoutes()();
  if (E.isLeft(routes)) return routes;
  const device = vlanInterface(bridge.name, vlan);
  const stray = strayRoutes(bridge.name, host.state().attachments.values(), routes.right)
    .filter((route) => route.device === device)
    .map(({ address }) => address);
  return stray.length === 0 ? E.right(undefined) : kernel.removePodRoutes(stray)();
};

/**
 * VLANs that pods are in have their gateways and routes, and others have none; gateways of others are left while a live link is not
 * in the log, whose pod may be in them. What fails is said, and keeps no other pod from anything. Gives the VLANs that failed, and why.
 */
export const reconcileVlans = async (
  ports: VlanPorts,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  lease: Lease,
  { unadopted }: Pick<Readiness, 'unadopted'>,
): Promise<E.Either<VlanFailure, ReadonlyMap<Vlan, string>>> => {
  const seen = await ports.switch.ports()();
  if (E.isLeft(seen)) return seen;
  const looked = await look(ports, configuration, host.state(), seen.right);
  if (E.isLeft(looked)) return looked;
  const failed = new Map<Vlan, string>();
  const said = (vlan: Vlan, done: E.Either<VlanFailure, void>): void => {
    if (E.isRight(done)) return;
    const reason = describeNodeNetworkFailure(done.left);
    failed.set(vlan, reason);
    ports.log.error('pods in a VLAN have no way out', { vlan, reason, failure: done.left });
  };
  for (const vlan of looked.right.all) {
    if (!vlansOf(host.state().attachments.values()).includes(vlan)) {
      if (unadopted?.length === 0) said(vlan, await removeUnused(ports, configuration, host, turns, vlan));
      continue;
    }
    const ensured = await turns.take(turnOf(vlan), async () => {
      const made = await ensureVlanGateway(ports, configuration, lease, vlan);
      return E.isLeft(made) ? made : removeStray(ports, configuration, host, vlan);
    });
    said(vlan, ensured);
  }
  if (vlansOf(host.state().attachments.values()).length === 0) return E.right(failed);
  // Anew: an interface that was made anew has none.
  const routes = await ports.kernel.podRoutes()();
  if (E.isLeft(routes)) return routes;
  const { attachments } = host.state();
  const without = withoutRoute(configuration.bridge.name, attachments, routes.right, new Set(turns.busy()));
  for (const key of without)
    await turns.take(key, async () => {
      const attachment = host.state().attachments.get(key);
      if (attachment?.vlan === undefined || attachment.status !== 'attached') return;
      said(attachment.vlan, await ensureVlanOf(ports, configuration, turns, lease, attachment));
    });
  return E.right(failed);
};
