import test from 'ava';
import { either as E } from 'fp-ts';
import { fold } from '../../../domain/decider.ts';
import { host as decider } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import { podRoutes } from '../../../domain/kernel/pod-routes.ts';
import { podFlows } from '../../../domain/ovs/pod-flows.ts';
import { podPort } from '../../../domain/ovs/port.ts';
import { vlanPort } from '../../../domain/ovs/vlan-gateway.ts';
import type { AgentConfiguration } from '../../../services/agent/configuration.ts';
import { hasDrifted } from '../../../services/agent/drift.ts';
import type { AgentPorts, Host } from '../../../services/agent/ports.ts';
import { unknownReadiness } from '../../../services/agent/readiness.ts';
import { reconcileVlans } from '../../../services/agent/reconcile-vlans.ts';
import { makeTurns } from '../../../services/agent/turns.ts';
import { podAdded, podWired } from '../../support/events.ts';
import { joined } from '../../support/host.ts';

const configuration = {
  bridge: { name: 'evio0', datapathType: 'netdev', mtu: 1410 },
  antiSpoofing: true,
} as unknown as AgentConfiguration;

const gateway = 3;
const pods = [0, 1].map((at) =>
  podAdded(`c${at}`, `10.244.0.${at + 2}`, { vlan: 100, hostIfname: `evio0000000000${at}` }),
);
const events: ReadonlyArray<HostEvent> = [...joined, ...pods, podWired('c0'), podWired('c1')];
const state = fold(decider, events);
const lease = state.lease;

/** A node with two pods in one VLAN. The first one's DEL is in its middle: its link is gone, and the host's route to it with that. */
const node = () => {
  if (lease === undefined) throw new Error('the node has no lease');
  const silent = () => undefined;
  const plain = { ofport: gateway, error: undefined, tag: 100 };
  const ofVlan = vlanPort({ ...configuration.bridge, hwaddr: '0a:58:0a:f4:00:01' }, 100);
  const seen = [
    { ...ofVlan, ...plain },
    ...pods.map((pod, at) => ({
      ...podPort({ bridge: 'evio0', guarded: true }, pod, 'event'),
      ...plain,
      ofport: at + 1,
    })),
  ];
  let routes = pods.slice(1).flatMap((pod) => podRoutes('evio0', pod));
  const ports = {
    kernel: {
      ensureGateway: () => async () => E.right([]),
      inspectGateway: () => async () => E.right([]),
      podRoutes: () => async () => E.right(routes),
      addPodRoutes: (more: typeof routes) => async () => {
        routes = [...routes, ...more];
        return E.right(undefined);
      },
    },
    switch: { ports: () => async () => E.right(seen) },
    flows: {
      count: () => async () => E.right(pods.flatMap((pod, at) => podFlows(pod, at + 1, gateway)).length),
    },
    settings: {
      read: (path: string) => async () => E.right(path.endsWith('rp_filter') ? '2' : '0'),
    },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  } as unknown as AgentPorts;
  const host = { state: () => state } as unknown as Host;
  const turns = makeTurns();
  const end = Promise.withResolvers<void>();
  const deleting = turns.take('evio/c0/eth0', () => end.promise);
  const readiness = { ...unknownReadiness(''), reasons: [], unadopted: [] };
  return {
    routes: () => routes.map(({ address }) => address),
    hasDrifted: () => hasDrifted(ports, configuration, host, turns, readiness),
    reconcile: () => reconcileVlans(ports, configuration, host, turns, lease, readiness),
    /** It gives up, with nothing in the log. */
    giveUp: async () => {
      end.resolve();
      await deleting;
      await turns.idle();
    },
  };
};

test('a DEL in its middle is no drift of VLAN routes; that of a pod which nobody deletes is', async (t) => {
  const { hasDrifted: drifted, giveUp } = node();
  t.false(await drifted());
  await giveUp();
  t.true(await drifted());
});

test('a reconciliation does not wait for a DEL to put its route back, and puts back what nobody deletes', async (t) => {
  const { reconcile, routes, giveUp } = node();
  t.deepEqual(await reconcile(), E.right(new Map()));
  t.deepEqual(routes(), ['10.244.0.3']);
  await giveUp();
  t.deepEqual(await reconcile(), E.right(new Map()));
  t.deepEqual(routes(), ['10.244.0.3', '10.244.0.2']);
});
