import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import test from 'ava';
import { type BadInput, badInputs } from '../support/bad-input.ts';
import { runPlugin } from '../support/compiled-plugin.ts';
import type { Netns } from '../support/netns.ts';
import { eventually, pluginBinary } from '../support/node.ts';
import { holdUp, join, makeBareScene, type Scene } from '../support/scene.ts';

const undo: Array<() => unknown> = [];
const folder = mkdtempSync(pathOf(tmpdir(), 'evio-bad-input-'));
const regularFile = pathOf(folder, 'file');
writeFileSync(regularFile, '');
undo.push(() => rmSync(folder, { recursive: true }));

let scene: Scene;
/** Holds an address and must never notice; and one that never gets any. */
let neighbour: Netns;
let pod: Netns;

test.before(async () => {
  scene = await makeBareScene({ teardown: (step) => undo.push(step) });
  [neighbour, pod] = await Promise.all([scene.makePod(), scene.makePod()]);
  await pod.exec('ip', 'link', 'add', 'taken0', 'type', 'veth', 'peer', 'name', 'taken1');
  await scene.node.startAgent();
});
test.after.always(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const whole = (): Record<string, string> => ({
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: pod.name,
  CNI_NETNS: pod.path,
  CNI_IFNAME: 'eth0',
  CNI_PATH: '/opt/cni/bin',
});
const config = () => ({ cniVersion: '1.0.0', name: 'evio', type: 'evio', agentSocket: scene.node.socket });

type Interface = { readonly ifname: string; readonly addr_info: ReadonlyArray<{ readonly local: string }> };

/** Without what comes and changes by itself: link-local addresses, whether one is tentative, how long it is valid. */
const interfacesIn = async (netns: Netns): Promise<ReadonlyArray<string>> =>
  (JSON.parse(await netns.exec('ip', '-j', 'address')) as ReadonlyArray<Interface>)
    .filter(({ ifname }) => ifname !== undefined)
    .map(
      ({ ifname, addr_info }) =>
        `${ifname} ${addr_info
          .map(({ local }) => local)
          .filter((local) => !local.startsWith('fe80:'))
          .join(' ')}`,
    );

/** Everything that a refused command must leave as it is. */
const traces = async () => ({
  log: (await scene.log()).map(({ hash }) => hash),
  // There is no bridge before the node has joined.
  ports: await scene.ports().catch(() => []),
  links: await scene.links(),
  inPod: await interfacesIn(pod),
  inNeighbour: await interfacesIn(neighbour),
});

const refuses = ({ title, environment, keys, stdin, code, msg, details }: BadInput): void => {
  test.serial(`${title} is refused with code ${code}, and nothing is changed`, async (t) => {
    const before = await traces();
    const set = Object.entries({
      ...whole(),
      ...environment?.({ node: scene.node, neighbour, regularFile }),
    }).filter(([, value]) => value !== '');
    const ran = await runPlugin(
      pluginBinary,
      Object.fromEntries(set),
      stdin ?? JSON.stringify({ ...config(), ...keys }),
    );
    const error = JSON.parse(ran.stdout);
    t.deepEqual(Object.keys(error), ['cniVersion', 'code', 'msg', 'details']);
    t.like({ ...error, ...ran }, { code, exitCode: 1, stderr: '' }, ran.stdout);
    t.regex(error.msg, msg);
    t.regex(error.details, details);
    const { log, ...after } = await traces();
    t.deepEqual({ ...after, log: log.slice(0, before.log.length) }, before);
    const since = (await scene.log()).slice(before.log.length).map(({ type }) => type);
    t.deepEqual(since, []);
  });
};

refuses({
  title: 'an ADD on a node without a subnet',
  code: 11,
  msg: /^this node has no subnet yet$/,
  details: /evioctl configure.*evio-config-gen/,
});

test.serial('the node joins, with five addresses, and its first pod gets one', async (t) => {
  await join(scene, { podCidr: '10.244.0.0/24', nodeBits: 5, hostCidr: '10.10.0.0/24' });
  t.deepEqual(await scene.add(neighbour), ['10.244.0.2']);
});

for (const bad of badInputs) refuses(bad);

test.serial('a network namespace that vanishes in the middle of an ADD leaves nothing behind', async (t) => {
  const { log: _, ...before } = await traces();
  const doomed = await scene.makePod();
  const goOn = holdUp(t, await scene.node.ovs.switchdPid());
  const adding = scene.cni('ADD', doomed);
  await eventually('the ADD waits for the switch', async () =>
    (await scene.pods()).find(({ status }) => status === 'reserved') && (await scene.links()).length === 2
      ? true
      : undefined,
  );
  await doomed.remove();
  goOn();
  const { code, out } = await adding;
  t.is(code, 1);
  t.regex(out, /"code":(4|5|11),/);
  const { log: __, ...after } = await traces();
  t.deepEqual(after, before);
  t.is((await scene.pods()).length, 1);
});

test.serial(
  'a subnet without a free address is named, with its capacity, and nothing is changed',
  async (t) => {
    const others = await scene.makePods(4);
    for (const other of others) await scene.add(other);
    const before = await traces();
    const { code, out } = await scene.cni('ADD', pod);
    t.is(code, 1);
    t.like(JSON.parse(out), {
      code: 11,
      msg: 'no address is free in 10.244.0.0/29: all 5 are held',
      details: 'delete pods on this node or schedule on another one; evioctl pods shows who holds them',
    });
    t.deepEqual(await traces(), before);
  },
);

for (const verb of ['ADD', 'CHECK']) {
  test(`${verb} without an agent is refused with code 11 after its patience, and names the socket`, async (t) => {
    const nobody = pathOf(folder, 'nobody.sock');
    const prevResult = {
      cniVersion: '1.0.0',
      interfaces: [{ name: 'eth0', sandbox: '/run/netns/pod' }],
      ips: [],
    };
    const ran = await runPlugin(
      pluginBinary,
      { ...whole(), CNI_COMMAND: verb },
      JSON.stringify({ ...config(), agentSocket: nobody, prevResult }),
    );
    t.like(ran, { exitCode: 1, stderr: '' }, JSON.stringify(ran));
    const error = JSON.parse(ran.stdout);
    t.is(error.code, 11);
    t.true(error.msg.startsWith(`evio-agent does not answer on "${nobody}": `));
    t.regex(error.details, /is evio-agent running on this node/);
  });
}
