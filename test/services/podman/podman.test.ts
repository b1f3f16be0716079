import { mkdir, readdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test from 'ava';
import type { LogAnswer } from '../../../services/evioctl/log.ts';
import type { PodsAnswer } from '../../../services/evioctl/pods.ts';
import { eventually, makeNode, pluginBinary, type TestNode } from '../../support/node.ts';
import { run } from '../../support/run.ts';
import { makeImageRoot } from './image.ts';
import { makeOutside, type Outside, uplink } from './outside.ts';
import { type Container, makePodman, type Podman } from './podman.ts';
import { portmapBinary } from './requirements.ts';
import { askWhoAsks, hashPayload, serve, type Website } from './website.ts';

const gateway = '10.244.0.1';
const webServer = serve('/www', 80);
const idle = ['/bin/busybox', 'sleep', '600'];

let node: TestNode;
let outside: Outside;
let podman: Podman;
let website: Website;
/** Publishes its port 80 as 8080. */
let web: Container;
let client: Container;

/** What to undo at the end, the last made first; each is tried even if another fails. */
const undo: Array<() => Promise<unknown>> = [];

const start = async (
  name: string,
  options: ReadonlyArray<string>,
  command: ReadonlyArray<string>,
): Promise<Container> => {
  const { code, err } = await podman.runContainer(['--detach', '--name', name, ...options], command);
  if (code !== 0) throw new Error(`${name} did not start: ${err}`);
  return podman.inspect(name);
};

const pods = async (): Promise<PodsAnswer['pods']> =>
  (JSON.parse((await node.evioctl('pods', '--json')).out) as PodsAnswer).pods;

const podOf = async ({ id }: Container) => (await pods()).find(({ containerId }) => containerId === id);

/** What the log says of a container, from its first event to its last. */
const historyOf = async ({ id }: Pick<Container, 'id'>): Promise<ReadonlyArray<string>> => {
  const { events } = JSON.parse((await node.evioctl('log', '--json', '--limit', '1000')).out) as LogAnswer;
  return events.filter(({ payload }) => payload['containerId'] === id).map(({ type }) => type);
};

const onNode = (line: string): Promise<string> => node.netns.exec('sh', '-c', line);
const onOutside = (line: string): Promise<string> => outside.netns.exec('sh', '-c', line);
const ping = (address: string): string => `/bin/busybox ping -c 3 -A -w 5 -q ${address}`;

const answers = (container: Container): Promise<true | undefined> =>
  onNode(askWhoAsks(`${container.address}:80`)).then(
    () => true as const,
    () => undefined,
  );

test.before(async () => {
  node = await makeNode('podman');
  undo.unshift(node.remove);
  const root = join(node.dir, 'image');
  const plugins = join(node.dir, 'bin');
  website = await makeImageRoot(root);
  outside = await makeOutside(node.netns, website.folder);
  undo.unshift(outside.remove);
  await mkdir(plugins);
  await symlink(portmapBinary, join(plugins, 'portmap'));
  podman = await makePodman(node, plugins, root);
  undo.unshift(podman.remove);

  await node.startAgent();
  await node.evioctl(
    'configure',
    '--pod-cidr',
    '10.244.0.0/16',
    '--node-bits',
    '8',
    '--host-cidr',
    '10.10.0.0/16',
  );
  const prepared = await node.configGen('--plugin', pluginBinary, '--cni-bin-dir', plugins);
  if (prepared.code !== 0 || /warning/.test(prepared.err)) throw new Error(prepared.err);
  web = await start('web', ['--publish', '8080:80'], webServer);
  client = await start('client', [], idle);
  await eventually('the web server listens', () => answers(web));
});

test.after.always(async () => {
  const failures: unknown[] = [];
  for (const step of undo) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, 'what the test made could not all be removed');
});

test.serial('podman shows the addresses that the log gave', async (t) => {
  t.deepEqual((await podOf(web))?.addresses, [web.address]);
  t.deepEqual((await podOf(client))?.addresses, [client.address]);
  t.not(web.address, client.address);
});

test.serial('two containers ping each other', async (t) => {
  t.regex(await podman.shell('client', ping(web.address)), /3 packets received, 0% packet loss/);
  t.regex(await podman.shell('web', ping(client.address)), /3 packets received, 0% packet loss/);
});

test.serial('8 MiB arrive whole over TCP from one container in the other', async (t) => {
  t.is(await podman.shell('client', hashPayload(`${web.address}:80`)), website.payloadHash);
  t.is(await podman.shell('client', askWhoAsks(`${web.address}:80`)), client.address);
});

test.serial('a container reaches its gateway', async (t) => {
  t.regex(await podman.shell('client', ping(gateway)), /3 packets received, 0% packet loss/);
});

test.serial("a container reaches the world under its node's address", async (t) => {
  t.regex(await podman.shell('client', ping(outside.far)), /3 packets received, 0% packet loss/);
  t.is(await podman.shell('client', askWhoAsks(`${outside.far}:80`)), outside.nodeAddress);
  t.is(await podman.shell('client', hashPayload(`${outside.far}:80`)), website.payloadHash);
});

test.serial('a published port is reached from outside, and the container sees who asks', async (t) => {
  const published = `${outside.nodeAddress}:8080`;
  t.is(await onOutside(askWhoAsks(published)), outside.address);
  t.is((await onOutside(hashPayload(published))).trim(), website.payloadHash);
});

test.serial('a published port is reached from the node, by its address and by loopback', async (t) => {
  for (const published of [`${outside.nodeAddress}:8080`, '127.0.0.1:8080']) {
    t.is((await onNode(hashPayload(published))).trim(), website.payloadHash, published);
  }
});

test.serial(
  'a published port is reached from another container of the node, under its own address',
  async (t) => {
    const published = `${outside.nodeAddress}:8080`;
    t.is(await podman.shell('client', askWhoAsks(published)), client.address);
    t.is(await podman.shell('client', hashPayload(published)), website.payloadHash);
  },
);

test.serial('a container reaches itself by the port that it publishes', async (t) => {
  t.is(await podman.shell('web', hashPayload(`${outside.nodeAddress}:8080`)), website.payloadHash);
});

test.serial(
  'podman restart gives the address back and wires the container anew, published port and all',
  async (t) => {
    const before = await start('restarted', ['--publish', '8081:80'], webServer);
    const held = await pods();
    const { code, err } = await podman.podman('restart', '--time', '0', 'restarted');
    t.is(code, 0, err);
    const after = await podman.inspect('restarted');
    t.is(after.id, before.id);
    t.deepEqual(await historyOf(after), ['PodAdded', 'PodWired', 'PodDeleted', 'PodAdded', 'PodWired']);
    t.deepEqual((await podOf(after))?.addresses, [after.address]);
    t.is((await pods()).length, held.length);
    await eventually('the web server listens again', () => answers(after));
    t.is(await podman.shell('client', hashPayload(`${after.address}:80`)), website.payloadHash);
    t.is(await onOutside(askWhoAsks(`${outside.nodeAddress}:8081`)), outside.address);
  },
);

test.serial(
  'an address asked for with --ip is given; asked for again it is refused in our words, until it is free',
  async (t) => {
    const wanted = '10.244.0.77';
    const first = await start('first', ['--ip', wanted], idle);
    t.is(first.address, wanted);

    const refused = await podman.runContainer(['--detach', '--name', 'second', '--ip', wanted], idle);
    t.not(refused.code, 0);
    t.true(
      refused.err.includes(`requested address "${wanted}" is held by evio/${first.id}/eth0`),
      refused.err,
    );
    const second = await podman.inspect('second');
    t.deepEqual(await historyOf(second), []);
    t.deepEqual((await podOf(first))?.addresses, [wanted]);

    await podman.podman('rm', '--force', '--time', '0', 'first');
    const retried = await podman.podman('start', 'second');
    t.is(retried.code, 0, retried.err);
    t.is((await podman.inspect('second')).address, wanted);
    t.regex(await podman.shell('client', ping(wanted)), /3 packets received, 0% packet loss/);
  },
);

test.serial('a container that ends by itself gives its address back', async (t) => {
  const brief = await start('brief', [], ['/bin/busybox', 'true']);
  await eventually('its address is free', async () =>
    (await podOf(brief)) === undefined ? true : undefined,
  );
  t.deepEqual(await historyOf(brief), ['PodAdded', 'PodWired', 'PodDeleted']);
});

test.serial(
  'a container that ends while the agent is down is released when it is back, and comes back itself',
  async (t) => {
    const before = await start('outlived', [], idle);
    await node.stopAgent('SIGKILL');
    const stopped = await podman.podman('stop', '--time', '0', 'outlived');
    t.is(stopped.code, 0, stopped.err);
    await eventually('its DEL is queued', async () =>
      (await readdir(node.queue)).length === 1 ? true : undefined,
    );
    await node.startAgent();
    t.is(await podOf(before), undefined);
    t.deepEqual(await historyOf(before), ['PodAdded', 'PodWired', 'PodDeleted']);
    const started = await podman.podman('start', 'outlived');
    t.is(started.code, 0, started.err);
    const after = await podman.inspect('outlived');
    t.is(after.id, before.id);
    t.deepEqual((await podOf(after))?.addresses, [after.address]);
    t.regex(await podman.shell('outlived', ping(gateway)), /3 packets received, 0% packet loss/);
    t.is((await podman.podman('rm', '--force', '--time', '0', 'outlived')).code, 0);
  },
);

test.serial('after podman rm --force nothing of any container is left, but its history', async (t) => {
  const sandboxes = (await pods()).map(({ netns }) => netns);
  t.is(sandboxes.length, 4);
  const containers = ['web', 'client', 'restarted', 'second', 'brief'];
  const ids = await Promise.all(containers.map(async (name) => (await podman.inspect(name)).id));
  const removed = await podman.podman('rm', '--force', '--time', '0', ...containers);
  t.is(removed.code, 0, removed.err);

  t.is((await node.evioctl('pods')).out.trim(), 'no pod holds an address on this node');
  t.is((await node.ovs.vsctl('list-ports', 'evio0')).trim(), '');
  const veths = JSON.parse(await run('ip', '-n', node.netns.name, '-j', 'link', 'show', 'type', 'veth'));
  t.deepEqual(
    (veths as ReadonlyArray<{ readonly ifname: string }>).map(({ ifname }) => ifname),
    [uplink],
  );
  const namespaces = await readdir('/run/netns');
  t.deepEqual(
    sandboxes.filter((path) => namespaces.includes(basename(path))),
    [],
  );
  t.notRegex(await node.netns.exec('iptables-save', '-t', 'nat'), /10\.244\./);

  for (const id of ids) {
    const history = await historyOf({ id });
    const lives = history.filter((type) => type === 'PodAdded').length;
    t.true(lives > 0);
    t.deepEqual(history, Array.from({ length: lives }, () => ['PodAdded', 'PodWired', 'PodDeleted']).flat());
  }
});
