import { either as E } from 'fp-ts';
import { isVlanGateway } from '../../domain/ovs/vlan-gateway.ts';
import type { AgentConfiguration } from './configuration.ts';
import { ensureGateway } from './node-network.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Readiness } from './readiness.ts';
import { flowsHaveDrifted } from './reconcile-flows.ts';
import { vlanDifferences } from './reconcile-vlans.ts';
import type { Turns } from './turns.ts';
import { isPortUnderWay, watchUnderWay } from './under-way.ts';

/**
 * Whether the switch lost something that the log says it has, or kept something that it does not: seen from what the switch
 * reports of itself, so it costs next to nothing and can follow every change. The gateway address goes with the bridge's own
 * interface, which Open vSwitch makes anew when it restarts, so that is put back here. A node that is not ready may be now.
 */
export const hasDrifted = async (
  ports: Pick<AgentPorts, 'switch' | 'kernel' | 'flows' | 'settings' | 'log' | 'metrics'>,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  {
    linkless,
    unpluggable,
    reasons,
    ofports,
    vlansWithout,
  }: Pick<Readiness, 'linkless' | 'unpluggable' | 'reasons' | 'ofports' | 'vlansWithout'>,
): Promise<boolean> => {
  const { bridge } = configuration;
  const { lease, attachments } = host.state();
  if (lease === undefined) return false;
  if (reasons.length > 0) return true;
  const whoWas = watchUnderWay(host, turns);
  const [gateway, seen] = await Promise.all([
    ensureGateway(ports, configuration, lease),
    ports.switch.ports()(),
  ]);
  if (E.isLeft(gateway) || E.isLeft(seen)) return true;
  const vlans = await vlanDifferences(ports, configuration, host, lease, seen.right, whoWas, vlansWithout);
  if (E.isLeft(vlans) || vlans.right.length > 0) return true;
  const underWay = whoWas();
  const here = seen.right.filter((port) => port.bridge === bridge.name);
  // In the middle of its ADD or DEL the switch may have it or not.
  const there = new Set(
    here.filter((port) => !isVlanGateway(port) && !isPortUnderWay(underWay, port)).map(({ name }) => name),
  );
  for (const [key, { hostIfname, status }] of attachments) {
    const plugged = there.delete(hostIfname);
    if (underWay.keys.has(key)) continue;
    const expected = status === 'attached' && !linkless.has(hostIfname) && !unpluggable.has(hostIfname);
    if (expected && !plugged) return true;
  }
  for (const { hostIfname } of turns.prepared.values()) there.delete(hostIfname);
  const prepared = turns.prepared.values();
  return (
    there.size > 0 || flowsHaveDrifted(ports, configuration, host, prepared, whoWas, seen.right, ofports)
  );
};
