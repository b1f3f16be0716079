import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** Which Debian package holds a tool that the tests use as it is. */
const packages: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  nft: 'nftables',
  'ovs-vsctl': 'openvswitch-switch',
  'ovs-vswitchd': 'openvswitch-switch',
  'ovsdb-server': 'openvswitch-switch',
  podman: 'podman',
  runc: 'runc',
  tcpdump: 'tcpdump',
  ethtool: 'ethtool',
  etcd: 'etcd-server',
  dnsmasq: 'dnsmasq-base',
  ping: 'iputils-ping',
  strace: 'strace',
  busybox: 'busybox-static',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  'systemd-analyze': 'systemd',
  'mkfs.ext4': 'e2fsprogs',
  openssl: 'openssl',
};

/** The machine's own tools: node_modules/.bin, first in an npm script, holds an `nft` of another kind. */
const env = {
  ...process.env,
  PATH: `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${process.env['PATH']}`,
};

const missing = (tool: string): Error =>
  new Error(`${tool} is not installed: apt-get install --no-install-recommends ${packages[tool] ?? tool}`);

/** Runs a real tool and gives its output; fails the test with the line that installs it when it is missing. */
export const run = async (tool: string, ...args: ReadonlyArray<string>): Promise<string> => {
  try {
    const { stdout } = await execFileAsync(tool, [...args], { maxBuffer: 64 * 1024 * 1024, env });
    return stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw missing(tool);
    throw error;
  }
};

export const runSync = (tool: string, ...args: ReadonlyArray<string>): string => {
  try {
    return execFileSync(tool, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw missing(tool);
    throw error;
  }
};
