import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openSwitch } from '../../../adapters/ovs/open.ts';
import type { Bridge, Switch } from '../../../domain/port/switch.ts';
import { makeNetns } from '../../support/netns.ts';
import { startOvs } from '../../support/ovs.ts';

const bridge: Bridge = { name: 'evio0', datapathType: 'netdev', hwaddr: '0a:58:0a:f4:00:01', mtu: 1400 };
const done = E.right(undefined);

const setUp = async (t: ExecutionContext) => {
  const host = await makeNetns('reconnect');
  t.teardown(host.remove);
  const ovs = await startOvs(host);
  t.teardown(ovs.stop);
  const opened = openSwitch({ socketPath: ovs.socketPath, lastPauseMs: 200 });
  t.teardown(opened.close);
  await opened.ensureBridge(bridge)();
  const addPort = async (name: string) => {
    await host.exec('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}p`);
    const added = await opened.addPort(
      { bridge: 'evio0', name, protected: true, guarded: false, externalIds: { name } },
      5_000,
    )();
    t.true(E.isRight(added), name);
  };
  return { ovs, opened, addPort };
};

const names = async (opened: Switch) => {
  const ports = await opened.ports()();
  return E.isRight(ports) ? ports.right.map(({ name }) => name).sort() : ports.left.type;
};

/** Resolves when, after some change that the switch told of, the question has this answer. */
const untilTold = (opened: Switch, holds: () => Promise<boolean>): Promise<void> =>
  new Promise((resolve) => {
    const end = opened.onChange(async () => {
      if (!(await holds())) return;
      end();
      resolve();
    });
  });

test('every call is switch-unreachable while the socket is not there, and says which socket', async (t) => {
  const socketPath = join(tmpdir(), `evio-test-none-${randomBytes(6).toString('hex')}.sock`);
  const opened = openSwitch({ socketPath });
  t.teardown(opened.close);
  const reason = `${socketPath}: connect ENOENT ${socketPath}`;
  const failure = E.left({ type: 'switch-unreachable', reason });
  t.deepEqual(await opened.ensureBridge(bridge)(), failure);
  t.deepEqual(
    await opened.addPort(
      { bridge: 'evio0', name: 'v1', protected: true, guarded: false, externalIds: {} },
      1_000,
    )(),
    failure,
  );
  t.deepEqual(await opened.removePort('v1')(), failure);
  t.deepEqual(await opened.ports()(), failure);
  t.deepEqual(await opened.bridges()(), failure);
});

test('after the database came back the ports are right again, changes made meanwhile included', async (t) => {
  const { ovs, opened, addPort } = await setUp(t);
  for (const name of ['v1', 'v2']) await addPort(name);
  const lost = untilTold(opened, async () => (await names(opened)) === 'switch-unreachable');
  await ovs.killDatabase();
  await lost;
  // No call is made from here on until the switch tells: it connects by itself.
  const back = untilTold(opened, async () => (await names(opened)) !== 'switch-unreachable');
  await ovs.startDatabase();
  await ovs.vsctl('del-port', 'v1');
  await back;
  await addPort('v3');
  t.deepEqual(await names(opened), ['v2', 'v3']);
});

test('a call right after the database came back does not wait for the pause', async (t) => {
  const { ovs, opened } = await setUp(t);
  await ovs.killDatabase();
  await ovs.startDatabase();
  t.deepEqual(await opened.bridges()(), E.right(['evio0']));
});

test('a port being waited for when the database goes is switch-unreachable, and may be added again', async (t) => {
  const { ovs, opened } = await setUp(t);
  await ovs.killSwitchd();
  const port = { bridge: 'evio0', name: 'lo0', protected: true, guarded: false, externalIds: {} };
  const inserted = untilTold(opened, async () => (await names(opened)).includes('lo0'));
  const adding = opened.addPort(port, 10_000)();
  await inserted;
  await ovs.killDatabase();
  const outcome = await adding;
  t.true(E.isLeft(outcome) && outcome.left.type === 'switch-unreachable');
  await ovs.startDatabase();
  t.deepEqual(await names(opened), ['lo0']);
  t.deepEqual(await opened.removePort('lo0')(), done);
});

test('both daemons restarted: ports keep forwarding numbers and the bridge is confirmed anew', async (t) => {
  const { ovs, opened, addPort } = await setUp(t);
  await addPort('v1');
  await ovs.restart();
  t.deepEqual(await opened.ensureBridge(bridge)(), done);
  const ports = await opened.ports()();
  t.true(E.isRight(ports) && (ports.right[0]?.ofport ?? 0) > 0);
});

test('a closed switch answers switch-unreachable and tells nobody anything', async (t) => {
  const { ovs, opened } = await setUp(t);
  opened.onChange(() => t.fail('told after close'));
  await opened.close();
  t.deepEqual(await opened.ports()(), E.left({ type: 'switch-unreachable', reason: 'closed' }));
  await ovs.vsctl('add-br', 'other', '--', 'set', 'Bridge', 'other', 'datapath_type=netdev');
});
