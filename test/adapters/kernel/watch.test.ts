import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { KernelChange } from '../../../domain/port/kernel.ts';
import { eventually } from '../../support/node.ts';
import { runSync } from '../../support/run.ts';
import { attachPod, type Host, makeGateway, makeHost, makePod, right, wiringOf } from './host-and-pods.ts';

const table = 'evio_ledger';
const nothing: KernelChange = {
  gateway: false,
  settings: false,
  rules: false,
  lost: false,
  down: [],
  gone: [],
};

/** A host with a gateway, and what is heard of it. */
const heardHost = async (t: ExecutionContext) => {
  const host = await makeHost(t);
  await makeGateway(host);
  const heard: KernelChange[] = [];
  const end = await right(host.kernel.watch({ interface: 'evio0', table }, (change) => heard.push(change)));
  const next = async (): Promise<KernelChange | undefined> => {
    await eventually('a change is heard', async () => (heard.length > 0 ? true : undefined));
    return heard.splice(0)[0];
  };
  /** Longer than changes are gathered. */
  const silence = async (): Promise<ReadonlyArray<KernelChange>> => {
    await sleep(400);
    return heard.splice(0);
  };
  return { host, end, next, silence, ip: (...args: ReadonlyArray<string>) => host.netns.exec('ip', ...args) };
};

const nft = ({ netns }: Host, ...args: ReadonlyArray<string>) => netns.exec('nft', ...args);

test("what is taken from a VLAN's interface is heard, of one that was there and of one that came", async (t) => {
  const host = await makeHost(t);
  await makeGateway(host);
  const addresses = ['10.244.0.1/32', 'fd00:10:244::1/128'];
  const make = async (name: string): Promise<void> => {
    await host.netns.exec('ip', 'link', 'add', name, 'type', 'bridge');
    await right(host.kernel.ensureGateway({ name, addresses, mtu: 1350 }));
  };
  await make('evio0.7');
  const heard: KernelChange[] = [];
  await right(host.kernel.watch({ interface: 'evio0', table }, (change) => heard.push(change)));
  const after = async (work: () => Promise<unknown>): Promise<boolean> => {
    await sleep(400);
    heard.length = 0;
    await work();
    await sleep(400);
    return heard.some(({ gateway }) => gateway);
  };
  await make('evio0.100');
  for (const name of ['evio0.7', 'evio0.100']) {
    await right(host.kernel.addPodRoutes([{ address: '10.244.0.2', device: name }]));
    for (const command of [
      'route del 10.244.0.2/32',
      `address del 10.244.0.1/32 dev ${name}`,
      `link set ${name} down`,
      `link delete ${name}`,
    ])
      t.true(await after(() => host.netns.exec('ip', ...command.split(' '))), command);
  }
  for (const name of ['evio0.x', 'evio1.7']) {
    await host.netns.exec('ip', 'link', 'add', name, 'type', 'bridge');
    t.false(await after(() => host.netns.exec('ip', 'link', 'delete', name)), name);
  }
});

test('what is taken from the interface is heard, and what others do is not', async (t) => {
  const { host, next, silence, ip } = await heardHost(t);
  const gateway = { ...nothing, gateway: true };
  for (const command of [
    'address del 10.244.0.1/24 dev evio0',
    'address del fd00:10:244::1/64 dev evio0',
    'link set evio0 down',
    'link delete evio0',
  ]) {
    await right(
      host.kernel.ensureGateway({
        name: 'evio0',
        addresses: ['10.244.0.1/24', 'fd00:10:244::1/64'],
        mtu: 1350,
      }),
    );
    t.deepEqual(await silence(), [], `before: ip ${command}`);
    await ip(...command.split(' '));
    t.deepEqual(await next(), gateway, `ip ${command}`);
    await silence();
  }
  // Made anew it has another index.
  await makeGateway(host);
  await silence();
  await ip('route', 'del', '10.244.0.0/24', 'dev', 'evio0');
  t.deepEqual(await next(), gateway);

  await ip('link', 'add', 'other', 'type', 'bridge');
  await ip('link', 'set', 'other', 'up');
  await ip('address', 'add', '192.0.2.1/24', 'dev', 'other');
  await ip('address', 'del', '192.0.2.1/24', 'dev', 'other');
  await ip('link', 'set', 'other', 'down');
  await ip('link', 'delete', 'other');
  t.deepEqual(await silence(), []);
});

test('settings of all interfaces and of the watched one are heard, and that it is a new one', async (t) => {
  const { host, next, silence, ip } = await heardHost(t);
  const settings = { ...nothing, settings: true };
  const set = (setting: string) => host.netns.exec('sysctl', '-w', setting);
  const isHeard = async (setting: string): Promise<void> => {
    await set(setting);
    t.deepEqual(await next(), settings, setting);
    await silence();
  };
  await isHeard('net.ipv4.ip_forward=1');
  await isHeard('net.ipv4.ip_forward=0');
  await isHeard('net.ipv4.conf.evio0.rp_filter=1');
  await isHeard('net.ipv6.conf.all.forwarding=1');
  // The kernel takes the routers' anycast address off the interface, too.
  await set('net.ipv6.conf.all.forwarding=0');
  t.true((await next())?.settings);
  await silence();

  await ip('link', 'add', 'other', 'up', 'type', 'bridge');
  await set('net.ipv4.conf.other.rp_filter=1');
  await set('net.ipv4.conf.other.forwarding=1');
  await set('net.ipv6.conf.other.forwarding=1');
  t.deepEqual(await silence(), []);

  await ip('link', 'delete', 'evio0');
  await silence();
  await makeGateway(host);
  t.true((await next())?.settings);
  await silence();
  await isHeard('net.ipv4.conf.evio0.rp_filter=1');
});

test('a link of ours is heard when it goes down and when it is gone; making one says nothing in the end', async (t) => {
  const { host, next, silence, ip } = await heardHost(t);
  const wiring = wiringOf(await makePod(t));
  await right(attachPod(host.kernel, wiring));
  t.deepEqual(await silence(), []);
  await ip('link', 'set', wiring.hostIfname, 'down');
  t.deepEqual(await next(), { ...nothing, down: [wiring.hostIfname] });
  await right(host.kernel.raiseLinks([wiring.hostIfname, 'evio0', 'not-there']));
  t.regex(await ip('link', 'show', wiring.hostIfname), /[<,]UP[,>]/);
  t.deepEqual(await silence(), []);
  await ip('link', 'delete', wiring.hostIfname);
  t.deepEqual(await next(), { ...nothing, gone: [wiring.hostIfname] });
});

test('a link that is not ours is not brought up', async (t) => {
  const { host, ip } = await heardHost(t);
  await ip('link', 'add', 'other', 'type', 'bridge');
  await right(host.kernel.raiseLinks(['other']));
  t.notRegex(await ip('link', 'show', 'other'), /[<,]UP[,>]/);
});

test('what is removed from our table is heard, and nothing of others', async (t) => {
  const { host, next, silence } = await heardHost(t);
  const rules = { ...nothing, rules: true };
  for (const name of [table, 'other']) {
    await nft(host, `add table inet ${name}; add chain inet ${name} c; add rule inet ${name} c accept`);
    await nft(host, `add set inet ${name} s { type ipv4_addr; elements = { 192.0.2.1 } ; }`);
  }
  t.deepEqual(await silence(), []);
  await nft(host, 'flush', 'table', 'inet', 'other');
  await nft(host, 'delete', 'table', 'inet', 'other');
  t.deepEqual(await silence(), []);
  for (const command of [
    `flush chain inet ${table} c`,
    `delete element inet ${table} s { 192.0.2.1 }`,
    `delete chain inet ${table} c`,
    'flush ruleset',
  ]) {
    await nft(host, command);
    t.deepEqual(await next(), rules, command);
    await silence();
  }
});

test('when more happens than can be kept, that is heard', async (t) => {
  const { host, next } = await heardHost(t);
  await host.netns.exec('ip', 'link', 'add', 'other', 'up', 'type', 'bridge');
  // Nothing is read meanwhile: this thread waits.
  const flood =
    'i=0; while [ $i -lt 10000 ]; do echo "link set other alias a$i"; i=$((i+1)); done | ip -batch -';
  runSync('ip', 'netns', 'exec', host.netns.name, 'sh', '-c', flood);
  t.true((await next())?.lost);
});

test('ended, it hears no more', async (t) => {
  const { end, silence, ip } = await heardHost(t);
  end();
  end();
  await ip('link', 'set', 'evio0', 'down');
  t.deepEqual(await silence(), []);
});
