import test from 'ava';
import { fold } from '../../../domain/decider.ts';
import { host as decider } from '../../../domain/host/decider.ts';
import { sharedCookie } from '../../../domain/ovs/cookie.ts';
import { preparedFlows } from '../../../domain/ovs/prepared-flows.ts';
import { compareFlows } from '../../../services/agent/compare-flows.ts';
import type { Host } from '../../../services/agent/ports.ts';
import type { Prepared } from '../../../services/agent/prepared-pods.ts';
import { makeTurns } from '../../../services/agent/turns.ts';
import { watchUnderWay } from '../../../services/agent/under-way.ts';
import { joined } from '../../support/host.ts';

const told = { bridge: { name: 'evio0', datapathType: 'netdev', mtu: 1410 }, antiSpoofing: true } as const;
const host: Pick<Host, 'state'> = { state: () => fold(decider, joined) };
const key = 'evio/c1/eth0';

const asking: Prepared = {
  network: 'evio',
  containerId: 'c1',
  ifname: 'eth0',
  hostIfname: 'evio3d122e7eef9',
  mac: '06:d1:22:e7:ee:f9',
  netns: { path: '/run/netns/c1', device: 4, inode: 4_026_532_000 },
  requestId: '7db64d07-c6d6-4bf4-a4d0-f5e5d0a86a34',
  sinceMs: 0,
  ofport: undefined,
};

const shared = preparedFlows([{ ...asking, ofport: 7 }]).filter(({ cookie }) => cookie === sharedCookie);

/** What would be changed of the one flow that those who ask share, when the switch has it. */
const changes = (turns: ReturnType<typeof makeTurns>) =>
  compareFlows(
    told,
    host.state(),
    turns.prepared.values(),
    watchUnderWay(host, turns)(),
    [],
    shared.map((flow) => ({ cookie: flow.cookie, flow })),
  ).changes;

test('while an interface is being prepared, the flow that it shares is not judged', async (t) => {
  const turns = makeTurns();
  await turns.take(key, async () => {
    turns.prepared.set(key, asking);
    t.deepEqual(changes(turns), []);
  });
});

test('when nobody prepares one it is: it stays for those who wait, and goes with the last', async (t) => {
  const turns = makeTurns();
  turns.prepared.set(key, { ...asking, ofport: 7 });
  t.deepEqual(
    changes(turns).filter(({ type }) => type === 'remove'),
    [],
  );
  turns.prepared.delete(key);
  t.deepEqual(changes(turns), [{ type: 'remove', cookie: sharedCookie }]);
  await turns.take('evio/other/eth0', async () => t.is(changes(turns).length, 1, 'whoever else has a turn'));
});
