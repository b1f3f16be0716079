import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { eventually } from '../support/node.ts';
import { run } from '../support/run.ts';
import { assertSound, eventuallyReaches, makeScene } from '../support/scene.ts';

const manifests = join(resolve(import.meta.dirname, '../../manifests'), 'systemd-networkd');
const daemon = '/usr/lib/systemd/systemd-networkd';

/**
 * Starts the daemon with our files, and with one that wants every other link. `ip netns exec` gives it mounts of its own; a
 * container's `/sys` cannot be written, which tells it not to wait for udev.
 */
const script = `set -e
mount -t tmpfs none /run/systemd
mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp /run/systemd/network
chown -R systemd-network /run/systemd/netif
echo lxc >/run/systemd/container
printf '[Match]\\nName=*\\n[Network]\\nAddress=192.0.2.77/24\\nLinkLocalAddressing=no\\n' >/run/systemd/network/99-all.network
cp -r ${manifests}/*.network /run/systemd/network/
cp -r ${manifests}/networkd.conf.d /run/systemd/
mount -o remount,ro,bind /sys
exec ${daemon}`;

test.serial(
  'beside systemd-networkd, which takes every other link, pods keep theirs and their routes',
  async (t) => {
    await run('test', '-x', daemon).catch(() => {
      throw new Error(`${daemon} is not installed: apt-get install --no-install-recommends systemd`);
    });
    const scene = await makeScene(t);
    const { node, makePod, add, links } = scene;
    const { exec } = node.netns;
    const pod = await makePod();
    const [address = ''] = await add(pod);
    const [link = ''] = await links();
    await exec('ip', 'link', 'add', 'eth7', 'type', 'veth', 'peer', 'name', 'eth8');
    await exec('ip', 'route', 'add', '198.51.100.0/24', 'dev', 'evio0', 'proto', 'static');
    const routes = await exec('ip', 'route', 'show', 'dev', 'evio0');

    const child = spawn('ip', ['netns', 'exec', node.netns.name, 'sh', '-c', script], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    t.teardown(() => child.kill('SIGKILL'));
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
    });
    const addressesOf = (name: string): Promise<string> =>
      exec('ip', '-brief', 'address', 'show', 'dev', name);
    /** As the daemon itself has it, in the file that `networkctl` reads. */
    const stateOf = async (name: string): Promise<string | undefined> => {
      const index = (await exec('cat', `/sys/class/net/${name}/ifindex`)).trim();
      const file = `/proc/${child.pid}/root/run/systemd/netif/links/${index}`;
      const text = await readFile(file, 'utf8').catch(() => '');
      return /^ADMIN_STATE=(\w+)$/m.exec(text)?.[1];
    };
    for (const name of ['eth7', 'eth8'])
      await eventually(`networkd has taken ${name}`, async () =>
        (await stateOf(name)) === 'configured' ? true : undefined,
      );
    for (const name of ['evio0', link]) {
      t.is(await stateOf(name), 'unmanaged', name);
      t.false((await addressesOf(name)).includes('192.0.2.77'), name);
    }
    t.true((await addressesOf('evio0')).includes('10.244.0.1/24'));
    t.is(await exec('ip', 'route', 'show', 'dev', 'evio0'), routes);
    t.notRegex(said, /Unknown|Failed to parse|ignoring assignment/);
    await eventuallyReaches(pod, '10.244.0.1');
    await eventuallyReaches(node.netns, address);
    await assertSound(t, scene);
  },
);
