import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openFlowTable } from '../../../adapters/ovs/openflow/open.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { vlanPort } from '../../../domain/ovs/vlan-gateway.ts';
import type { Switch } from '../../../domain/port/switch.ts';
import { plugInAndOpen } from '../../../services/agent/plug-in.ts';
import { run } from '../../support/run.ts';
import { makeSwitch } from '../../support/switch.ts';

type Given = Parameters<typeof plugInAndOpen>;

const link = 'evio0123456789a';
const mac = '0a:58:0a:f4:00:02';
const attachment = {
  hostIfname: link,
  mac,
  addresses: [{ address: '10.244.0.2' }],
  network: 'evio',
  containerId: 'c1',
  ifname: 'eth0',
  netns: { path: '/run/netns/c1', device: 4, inode: 1 },
  commandId: '5b8efc1e-42d1-4a54-8b0a-2f4a3f0e8f0d',
} as unknown as Given[3];
const lease = { subnets: ['10.244.0.0/24', 'fd00:244::/64'] } as unknown as Given[2];

/** A real bridge with somebody else's port, a pod's link beside it, and what an ADD plugs it in with. */
const setUp = async (t: ExecutionContext, change: (ovs: Switch) => Partial<Switch> = () => ({})) => {
  const { host, ovs, opened } = await makeSwitch(t);
  await ovs.vsctl('add-br', 'evio0', '--', 'set', 'bridge', 'evio0', 'datapath_type=netdev');
  await run('ip', '-n', host.name, 'link', 'add', 'vm0', 'type', 'veth', 'peer', 'name', 'vm1');
  await ovs.vsctl('add-port', 'evio0', 'vm0', '--', 'set', 'interface', 'vm0', 'ofport_request=40000');
  await run('ip', '-n', host.name, 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0');
  const flows = openFlowTable({ socketPath: ovs.socketPath.replace('db.sock', 'evio0.mgmt') });
  t.teardown(flows.close);
  const kernel = { ensureGateway: () => async () => E.right([]) };
  const settings = new Map<string, string>();
  const ofKernel = {
    // Every interface begins with 1.
    read: (path: string) => async () => E.right(settings.get(path) ?? '1'),
    write: (path: string, value: string) => async () => E.right(void settings.set(path, value)),
  };
  const log = { info: () => undefined };
  const ports = {
    switch: { ...opened, ...change(opened) },
    flows,
    ids,
    kernel,
    settings: ofKernel,
    log,
  } as unknown as Given[0];
  const configuration = {
    bridge: { name: 'evio0' },
    antiSpoofing: true,
    switchTimeoutMs: 10_000,
  } as unknown as Given[1];
  const plug = (more: Partial<Given[3]> = {}) =>
    plugInAndOpen(ports, configuration, lease, { ...attachment, ...more }, new AbortController().signal);
  const flowLines = async () =>
    (await ovs.ofctl('evio0', 'dump-flows', '--no-stats'))
      .split('\n')
      .filter((line) => line.includes('0xe7106'));
  return { ovs, opened, flows, plug, flowLines, settings };
};

const numberOf = (outcome: Awaited<ReturnType<typeof plugInAndOpen>>): number =>
  E.isRight(outcome) ? outcome.right.ofport : 0;

test('the flows of a port do not wait for it', async (t) => {
  let meanwhile: ReadonlyArray<string> = [];
  const { plug, flowLines } = await setUp(t, ({ addPort }) => ({
    addPort: (port, timeoutMs, waiting) => async () => {
      const added = await addPort(port, timeoutMs, waiting)();
      for (let looks = 0; looks < 100 && meanwhile.length < 7; looks += 1) meanwhile = await flowLines();
      return added;
    },
  }));
  const ofport = numberOf(await plug());
  t.is(ofport, 32_768);
  t.is(meanwhile.length, 7);
  t.true(meanwhile.some((line) => line.includes(`in_port=${ofport},`)));
  t.deepEqual(await flowLines(), meanwhile);
});

test('a port that gets another number has flows for that one, and none names the other', async (t) => {
  const { plug, flowLines } = await setUp(t, () => ({ spareNumber: () => async () => E.right(40_000) }));
  const ofport = numberOf(await plug());
  t.true(ofport > 0 && ofport !== 40_000);
  const lines = await flowLines();
  t.is(lines.length, 7);
  t.true(lines.some((line) => line.includes(`in_port=${ofport},`)));
  t.false(lines.some((line) => line.includes('40000')));
});

test('flows that were refused before the port was there are written behind it', async (t) => {
  const { ovs, plug, flowLines } = await setUp(t);
  await ovs.killSwitchd();
  const plugging = plug();
  await t.throwsAsync(flowLines());
  await ovs.startSwitchd();
  t.true(numberOf(await plugging) > 0);
  t.is((await flowLines()).length, 7);
});

test('on a bridge that was made again meanwhile a port has its flows as well, behind the bridge’s settings', async (t) => {
  let attempts = 0;
  let before: ReadonlyArray<readonly [string, string]> = [];
  const { plug, flowLines, settings } = await setUp(t, ({ addPort }) => ({
    addPort: (port, timeoutMs, waiting) => async () => {
      attempts += 1;
      before = [...settings];
      if (attempts > 1) return addPort(port, timeoutMs, waiting)();
      return E.left({ type: 'bridge-missing', bridge: 'evio0' });
    },
    ensureBridge: () => async () => E.right(undefined),
  }));
  t.true(numberOf(await plug()) > 0);
  t.is(attempts, 2);
  t.deepEqual(before, [
    ['ipv4/conf/evio0/send_redirects', '0'],
    ['ipv4/conf/evio0/rp_filter', '2'],
    ['ipv6/conf/evio0/accept_ra', '0'],
  ]);
  t.is((await flowLines()).length, 7);
});

test("a VLAN pod's ADD that finds the bridge gone is refused: its flows would name a gateway that went with it", async (t) => {
  let made = 0;
  const { ovs, opened, plug } = await setUp(t, (real) => ({
    addPort: (port, timeoutMs, waiting) => async () => {
      // Behind the look for the gateway's number.
      await ovs.vsctl('--if-exists', 'del-br', 'evio0');
      return real.addPort(port, timeoutMs, waiting)();
    },
    ensureBridge: () => async () => {
      made += 1;
      return E.right(undefined);
    },
  }));
  const gateway = vlanPort({ name: 'evio0', datapathType: 'netdev', hwaddr: mac, mtu: 1410 }, 100);
  t.true(E.isRight(await opened.addPort(gateway, 10_000)()));
  t.deepEqual(await plug({ vlan: 100 }), E.left({ type: 'bridge-missing', bridge: 'evio0' }));
  t.is(made, 0);
});
