import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Ended, runToEnd, type TestNode } from '../../support/node.ts';
import { run } from '../../support/run.ts';
import { removeControlGroups, removeEmptyCaches, unmountBelow } from './leftovers.ts';
import { requireMachine } from './requirements.ts';

/** A container, as podman and its network plugin know it. */
export type Container = {
  readonly id: string;
  /** Its address in our network. */
  readonly address: string;
  /** `/run/netns/…` */
  readonly sandbox: string;
};

/** A podman of the test's own, whose host is a node's network namespace. */
export type Podman = {
  /** Runs podman to its end, whatever its exit code. */
  readonly podman: (...args: ReadonlyArray<string>) => Promise<Ended>;
  /** `podman run` on our network, with the words that containers need in a sandbox. */
  readonly runContainer: (options: ReadonlyArray<string>, command: ReadonlyArray<string>) => Promise<Ended>;
  readonly inspect: (name: string) => Promise<Container>;
  /** Runs a shell's line in a running container and gives what it printed; fails when the line fails. */
  readonly shell: (name: string, line: string) => Promise<string>;
  /** Removes every container, the storage, its mounts and its control groups. */
  readonly remove: () => Promise<void>;
};

/** Podman reads this and nothing of the machine's: locks, events and state lie below the test's folder. */
const containersConf = (folder: string, plugins: string, networks: string): string => `
[containers]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
runtime = "runc"
static_dir = "${folder}/static"
tmp_dir = "${folder}/tmp"
volume_path = "${folder}/volumes"
[network]
network_backend = "cni"
cni_plugin_dirs = ["${plugins}"]
network_config_dir = "${networks}"
`;

// Without CAP_SYS_RESOURCE nobody may raise the limits that podman would set.
const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1000:1000'];

/**
 * Makes a podman whose plugins are those of `plugins` and whose networks are those that the node's agent published. The
 * image `pod` is the folder `root`. `nsenter` and not `ip netns exec`: the latter hides the control groups.
 */
export const makePodman = async (node: TestNode, plugins: string, root: string): Promise<Podman> => {
  await requireMachine();
  const folder = join(node.dir, 'podman');
  const configuration = join(folder, 'containers.conf');
  const controlGroup = node.netns.name;
  await mkdir(folder);
  await writeFile(configuration, containersConf(folder, plugins, dirname(node.conflist)));
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: folder,
    CONTAINERS_CONF: configuration,
  };
  // As flags, for only these reach the `podman container cleanup` that runs when a container ends by itself.
  const storage = ['--root', `${folder}/root`, '--runroot', `${folder}/run`, '--storage-driver', 'vfs'];

  const podman: Podman['podman'] = (...args) =>
    runToEnd(['nsenter', `--net=${node.netns.path}`, 'podman', ...storage, ...args], { env });
  const done = async (...args: ReadonlyArray<string>): Promise<string> => {
    const { code, out, err } = await podman(...args);
    if (code !== 0) throw new Error(`podman ${args.join(' ')}: exit code ${code}: ${err}`);
    return out.trim();
  };

  const made: Podman = {
    podman,
    runContainer: (options, command) =>
      podman(
        'run',
        '--network',
        'evio',
        '--cgroup-parent',
        `/${controlGroup}`,
        ...limits,
        ...options,
        'pod',
        ...command,
      ),
    inspect: async (name) => {
      const format = '{{.Id}} {{.NetworkSettings.SandboxKey}} {{.NetworkSettings.Networks.evio.IPAddress}}';
      const [id = '', sandbox = '', address = ''] = (await done('inspect', name, '--format', format)).split(
        ' ',
      );
      return { id, sandbox, address };
    },
    shell: (name, line) => done('exec', name, '/bin/sh', '-c', line),
    remove: async () => {
      await podman('rm', '--all', '--force', '--time', '0');
      await podman('system', 'reset', '--force');
      await removeControlGroups(controlGroup);
      await unmountBelow(folder);
      await removeEmptyCaches();
    },
  };
  const archive = join(folder, 'image.tar');
  await run('tar', '-C', root, '-cf', archive, '.');
  await done('import', '--quiet', archive, 'pod');
  return made;
};
