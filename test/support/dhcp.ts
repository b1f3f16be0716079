import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { debianPlugins } from './ipam.ts';
import { type CniCall, eventually, type TestNode } from './node.ts';
import { run } from './run.ts';

type Test = Pick<ExecutionContext, 'teardown'>;

const launched = (t: Test, tool: string, ...args: ReadonlyArray<string>): ChildProcess => {
  const child = spawn(tool, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
};

/** A DHCP server on the node's bridge: dnsmasq. Gives what it logged until now. */
export const startDnsmasq = async (
  t: Test,
  { netns }: Pick<TestNode, 'netns'>,
  ...options: ReadonlyArray<string>
): Promise<() => string> => {
  await run('dnsmasq', '--version');
  const folder = await mkdtemp(join(tmpdir(), 'evio-dnsmasq-'));
  const settings = {
    'conf-file': '/dev/null',
    port: '0',
    interface: 'evio0',
    'dhcp-leasefile': join(folder, 'leases'),
    'pid-file': join(folder, 'pid'),
    'log-facility': '-',
    user: 'root',
  };
  const child = launched(
    t,
    ...(['ip', 'netns', 'exec', netns.name, 'dnsmasq'] as const),
    ...['--keep-in-foreground', '--bind-interfaces', '--dhcp-authoritative', '--no-ping', '--log-dhcp'],
    ...Object.entries(settings).map(([key, value]) => `--${key}=${value}`),
    ...options,
  );
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  let log = '';
  const hear = (chunk: Buffer): void => {
    log += chunk.toString();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  await eventually('dnsmasq listens', async () => {
    if (child.exitCode !== null) throw new Error(`dnsmasq ended: ${log}`);
    return log.includes('sockets bound') || log.includes('started') ? true : undefined;
  });
  return () => log;
};

/** The daemon of Debian's `dhcp`, which keeps the leases, and a call of the plugin by it. */
export const startDhcpDaemon = async (t: Test, ...options: ReadonlyArray<string>): Promise<CniCall> => {
  const program = join(debianPlugins, 'dhcp');
  await access(program).catch(() => {
    throw new Error(
      `${program} is not there: apt-get install --no-install-recommends containernetworking-plugins`,
    );
  });
  const folder = await mkdtemp(join(tmpdir(), 'evio-dhcp-'));
  const daemonSocketPath = join(folder, 'dhcp.sock');
  launched(t, program, 'daemon', '-socketpath', daemonSocketPath, ...options);
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await eventually('the daemon of dhcp listens', () =>
    access(daemonSocketPath).then(
      () => true,
      () => undefined,
    ),
  );
  return { path: debianPlugins, config: { ipam: { type: 'dhcp', daemonSocketPath } } };
};
