import { readFile } from 'node:fs/promises';
import { join, matchesGlob, resolve } from 'node:path';
import test from 'ava';
import { sha256 } from '../../adapters/system/sha256.ts';
import { hostIfname } from '../../domain/kernel/host-ifname.ts';
import { vlanInterface } from '../../domain/ovs/vlan-gateway.ts';
import { nodeOptions } from '../../services/node-options.ts';

const read = (name: string): Promise<string> =>
  readFile(join(resolve(import.meta.dirname, '../../manifests'), name), 'utf8');

/** The value of `key=`, or `key+=`, in the file's only section that has it. */
const settingOf = (text: string, key: string): string =>
  new RegExp(`^${key}\\+?=(.*)$`, 'm').exec(text)?.[1] ?? '';

/** What the agent names itself: its bridge, VLANs' gateways, and the host ends of pods' links. */
const bridge = nodeOptions('node-1').find((option) => option.attributeName() === 'bridge')?.defaultValue;
const ours = [
  String(bridge),
  ...[1, 4094].map((vlan) => vlanInterface(String(bridge), vlan)),
  ...['a', 'b', 'c'].map((containerId) =>
    hostIfname(sha256, { network: 'evio', containerId, ifname: 'eth0' }),
  ),
];
const others = [
  'lo',
  'eth0',
  'enp1s0',
  'wlan0',
  'docker0',
  'evio',
  'evio1',
  'evio-uplink',
  'br-evio0',
  'vethevio0',
];

const matches = (patterns: ReadonlyArray<string>) => (name: string) =>
  patterns.some((pattern) => matchesGlob(name, pattern));

const holds = (
  t: { deepEqual: (one: unknown, other: unknown) => unknown },
  patterns: ReadonlyArray<string>,
) => {
  t.deepEqual(ours.filter(matches(patterns)), ours);
  t.deepEqual(others.filter(matches(patterns)), []);
};

test('NetworkManager is kept off what the agent makes, and off nothing else', async (t) => {
  const text = await read('networkmanager/90-evio.conf');
  t.regex(text, /^\[keyfile\]$/m);
  // Added to what other snippets say (NetworkManager.conf(5)); `=` takes a name as it is, else * and ? stand for others.
  t.regex(text, /^unmanaged-devices\+=/m);
  const patterns = settingOf(text, 'unmanaged-devices')
    .split(';')
    .map((device) => device.replace(/^interface-name:=?/, ''));
  holds(t, patterns);
});

test('systemd-networkd is kept off what the agent makes, and off nothing else', async (t) => {
  const text = await read('systemd-networkd/10-evio.network');
  t.regex(text, /^\[Match\]\nName=.*\n\n\[Link\]\nUnmanaged=yes$/m);
  holds(t, settingOf(text, 'Name').split(' '));
});

test('systemd-networkd leaves routes and rules that it did not make', async (t) => {
  const text = await read('systemd-networkd/networkd.conf.d/90-evio.conf');
  t.regex(text, /^\[Network\]$/m);
  t.is(settingOf(text, 'ManageForeignRoutes'), 'no');
  t.is(settingOf(text, 'ManageForeignRoutingPolicyRules'), 'no');
});
