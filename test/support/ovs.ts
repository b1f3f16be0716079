import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Netns } from './netns.ts';
import { run } from './run.ts';

/**
 * A real Open vSwitch of the caller's own: database and daemon in one network namespace, files in a private directory.
 * Bridges on it want `datapath_type=netdev` (no kernel module is needed); one vswitchd per network namespace.
 */
export type Ovs = {
  /** Where OVSDB listens. */
  readonly socketPath: string;
  /** `ovs-vsctl` on this database, waiting for the daemon unless `--no-wait` is given. */
  readonly vsctl: (...args: ReadonlyArray<string>) => Promise<string>;
  /** `ovs-appctl` to this daemon, e.g. `fdb/show`. */
  readonly appctl: (...args: ReadonlyArray<string>) => Promise<string>;
  /** `ovs-ofctl` on a bridge's own socket, in OpenFlow 1.3. */
  readonly ofctl: (bridge: string, verb: string, ...args: ReadonlyArray<string>) => Promise<string>;
  readonly startDatabase: () => Promise<void>;
  readonly killDatabase: () => Promise<void>;
  readonly startSwitchd: () => Promise<void>;
  readonly killSwitchd: () => Promise<void>;
  /** Process ids of the running daemons, to measure them or hold them up. */
  readonly switchdPid: () => Promise<number>;
  readonly databasePid: () => Promise<number>;
  /** Kills both and starts both again; the database keeps its contents. */
  readonly restart: () => Promise<void>;
  /** Ends both daemons and removes the directory. */
  readonly stop: () => Promise<void>;
};

const schema = '/usr/share/openvswitch/vswitch.ovsschema';

/** Starts ovsdb-server and ovs-vswitchd inside the namespace; the caller stops it before removing the namespace. */
export const startOvs = async (netns: Netns): Promise<Ovs> => {
  for (const tool of ['ovsdb-server', 'ovs-vswitchd', 'ovs-vsctl']) await run(tool, '--version');
  const directory = await mkdtemp(join(tmpdir(), 'evio-ovs-'));
  const file = (name: string): string => join(directory, name);
  const socketPath = file('db.sock');
  const database = `unix:${socketPath}`;
  // OVS_RUNDIR keeps each bridge's own sockets out of the machine's run directory too.
  const daemon = (tool: string, name: string, ...args: ReadonlyArray<string>): Promise<string> =>
    netns.exec(
      'env',
      ...['OVS_RUNDIR', 'OVS_LOGDIR', 'OVS_DBDIR'].map((variable) => `${variable}=${directory}`),
      tool,
      ...args,
      `--pidfile=${file(`${name}.pid`)}`,
      `--unixctl=${file(`${name}.ctl`)}`,
      `--log-file=${file(`${name}.log`)}`,
      '--verbose=off',
      '--verbose=file:info',
      '--no-chdir',
      '--detach',
    );

  const vsctl: Ovs['vsctl'] = (...args) => run('ovs-vsctl', `--db=${database}`, '--timeout=20', ...args);
  const startDatabase: Ovs['startDatabase'] = async () => {
    await daemon('ovsdb-server', 'ovsdb', file('conf.db'), `--remote=p${database}`);
    await vsctl('--no-wait', 'init');
  };
  const startSwitchd: Ovs['startSwitchd'] = async () => {
    await daemon('ovs-vswitchd', 'vswitchd', database);
  };
  const killDatabase: Ovs['killDatabase'] = () => endByPidFile(file('ovsdb.pid'));
  const killSwitchd: Ovs['killSwitchd'] = () => endByPidFile(file('vswitchd.pid'));
  const stop: Ovs['stop'] = async () => {
    await killSwitchd();
    await killDatabase();
    await rm(directory, { recursive: true, force: true });
  };

  try {
    await run('ovsdb-tool', 'create', file('conf.db'), schema);
    await startDatabase();
    await startSwitchd();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    socketPath,
    vsctl,
    appctl: (...args) => run('ovs-appctl', `--target=${file('vswitchd.ctl')}`, ...args),
    ofctl: (bridge, verb, ...args) =>
      run('ovs-ofctl', '-O', 'OpenFlow13', verb, `unix:${file(`${bridge}.mgmt`)}`, ...args),
    startDatabase,
    killDatabase,
    startSwitchd,
    killSwitchd,
    switchdPid: async () => Number(await readFile(file('vswitchd.pid'), 'utf8')),
    databasePid: async () => Number(await readFile(file('ovsdb.pid'), 'utf8')),
    restart: async () => {
      await killSwitchd();
      await killDatabase();
      await startDatabase();
      await startSwitchd();
    },
    stop,
  };
};

/** SIGKILL, as a crash would: OVS keeps nothing that an orderly end would have written. No pid file: nothing runs. */
const endByPidFile = async (path: string): Promise<void> => {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number(text);
  try {
    process.kill(pid, 'SIGKILL');
    while (await isRunning(pid)) await sleep(5);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  await rm(path, { force: true });
};

/** A killed process may stay as a zombie where its new parent does not wait for it: that is gone enough. */
const isRunning = async (pid: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !/\) [ZX] /.test(stat);
};
