import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { eventually } from '../../support/node.ts';
import { isReady, makeBareScene, type Scene } from '../../support/scene.ts';

/** As an operator writes it, in the seeds' manner: nodeBits as a text. */
const netConf = { podCidr: '10.244.0.0/16', nodeBits: '8', hostCidr: '10.10.0.0/16' };

const writeNetConf = ({ node }: Scene, content: unknown): Promise<void> =>
  writeFile(join(node.dir, 'net-conf.json'), typeof content === 'string' ? content : JSON.stringify(content));

const staged = ({ node }: Scene): string => join(node.dir, 'state', '10-evio.conflist');

const textOf = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

const published = (scene: Scene): Promise<string> =>
  eventually('the agent publishes the conflist', () => textOf(scene.node.conflist));

const logLength = async (scene: Scene): Promise<number> => (await scene.log()).length;

/** The contract with the runtime, byte by byte. */
const conflist = (scene: Scene, portmap: string): string => `{
  "cniVersion": "1.0.0",
  "cniVersions": [
    "1.0.0",
    "1.1.0"
  ],
  "name": "evio",
  "plugins": [
    {
      "type": "evio",
      "bridge": "evio0",
      "mtu": 1410,
      "agentSocket": "${scene.node.socket}",
      "queue": "${scene.node.queue}",
      "capabilities": {
        "ips": true,
        "mac": true,
        "dns": true
      }
    }${portmap}
  ]
}
`;

const withPortmap = `,
    {
      "type": "portmap",
      "snat": true,
      "capabilities": {
        "portMappings": true
      }
    }`;

const bare = async (t: ExecutionContext, content?: unknown): Promise<Scene> => {
  const scene = await makeBareScene(t);
  if (content !== undefined) await writeNetConf(scene, content);
  return scene;
};

test.serial(
  'before the agent it obtains the lease itself, and the agent publishes what it staged',
  async (t) => {
    const scene = await bare(t, netConf);
    const generated = await scene.node.configGen('--wait', '20');
    t.is(generated.code, 0, generated.err);
    t.true(generated.err.includes('this node holds 10.244.0.0/24 and the host address 10.10.0.1\n'));
    t.true(generated.err.includes('not yet serving: evio-agent is not running\n'));
    t.true(generated.err.includes('warning (no-portmap): there is no portmap plugin in '));
    t.is(await textOf(staged(scene)), conflist(scene, ''));
    t.is(await textOf(scene.node.conflist), undefined, 'no agent, no pods');

    await scene.node.startAgent();
    t.is(await published(scene), conflist(scene, ''));
    t.is((await scene.node.status()).lease?.subnets.join(), '10.244.0.0/24');

    // Once more, now with the agent: nothing left to do.
    const before = await logLength(scene);
    const { ino } = await stat(scene.node.conflist);
    const again = await scene.node.configGen();
    t.is(again.code, 0, again.err);
    t.true(again.err.endsWith('ready: the runtime may add pods\n'));
    t.is(await logLength(scene), before);
    t.is((await stat(scene.node.conflist)).ino, ino, 'the file that the runtime watches was not touched');

    // And again without it, as after an offline reboot: the lease is known, so nothing is waited for.
    await scene.node.stopAgent();
    t.is(await textOf(scene.node.conflist), conflist(scene, ''), 'a stopped agent withdraws nothing');
    const offline = await scene.node.configGen('--wait', '0');
    t.is(offline.code, 0, offline.err);
    await scene.node.startAgent();
    t.deepEqual(
      (await scene.log()).slice(before).map(({ type }) => type),
      ['HostStarted'],
    );
  },
);

test.serial(
  'with the agent it configures the cluster, and leave withdraws until it runs again',
  async (t) => {
    const scene = await bare(t, { ...netConf, quarantine: '0s' });
    await mkdir(join(scene.node.dir, 'bin'));
    await writeFile(join(scene.node.dir, 'bin', 'portmap'), '');
    await scene.node.startAgent();
    const generated = await scene.node.configGen();
    t.is(generated.code, 0, generated.err);
    t.false(generated.err.includes('warning'), generated.err);
    t.true(generated.err.endsWith('ready: the runtime may add pods\n'));
    t.is(await published(scene), conflist(scene, withPortmap));
    t.is((await stat(scene.node.conflist)).mode & 0o777, 0o600);

    const pod = await scene.makePod();
    await scene.add(pod);
    t.is((await scene.node.evioctl('leave')).code, 0);
    t.is(await textOf(scene.node.conflist), undefined);
    t.is(
      await textOf(staged(scene)),
      conflist(scene, withPortmap),
      'what is staged is not the agent’s to remove',
    );
    await scene.node.stopAgent();
    await scene.node.startAgent();
    t.is(await textOf(scene.node.conflist), undefined, 'a restart does not bring it back');
    t.deepEqual((await scene.node.status()).reasons, ['this node is leaving the cluster']);

    // The node stays after all, with a pod that never noticed.
    const back = await scene.node.configGen();
    t.is(back.code, 0, back.err);
    t.false((await scene.node.status()).leaving);
    await published(scene);
    await scene.add(await scene.makePod());
  },
);

test.serial('after it has left, a node joins again', async (t) => {
  const scene = await bare(t, { ...netConf, quarantine: '0s' });
  await scene.node.startAgent();
  t.is((await scene.node.configGen()).code, 0);
  t.is((await scene.node.evioctl('leave')).code, 0);
  await eventually('the lease is gone', async () =>
    (await scene.node.evioctl('leases')).out.includes(' released ') ? true : undefined,
  );
  t.deepEqual((await scene.node.status()).reasons, ['this node has no subnet yet']);
  const status = await scene.node.cni('STATUS', { cniVersion: '1.1.0' });
  t.like(JSON.parse(status.out), { code: 50, msg: 'this node has no subnet yet' });
  const back = await scene.node.configGen();
  t.is(back.code, 0, back.err);
  await isReady(scene.node);
  await scene.add(await scene.makePod());
});

test.serial(
  'while the switch is down nothing is published; when it is back, the conflist comes',
  async (t) => {
    const scene = await bare(t, netConf);
    await scene.node.ovs.killSwitchd();
    await scene.node.ovs.killDatabase();
    t.is((await scene.node.configGen('--wait', '20')).code, 0);
    await scene.node.startAgent();
    const { ready, reasons } = await scene.node.status();
    t.false(ready);
    t.regex(reasons.join(), /Open vSwitch/);
    t.is(await textOf(scene.node.conflist), undefined);
    await scene.node.ovs.startDatabase();
    await scene.node.ovs.startSwitchd();
    t.is(await published(scene), conflist(scene, ''));
  },
);

const wrongNetConfs: ReadonlyArray<readonly [string, unknown, ReadonlyArray<RegExp>]> = [
  ['no JSON', '{"podCidr": ', [/net-conf\.json is not JSON: /]],
  ['no object', ['10.244.0.0/16'], [/configuration \["10\.244\.0\.0\/16"\] is not an object/]],
  [
    'the spelling of Go and an unknown key',
    { PodCIDR: '10.244.0.0/16', nodeBits: '8', hostCidr: '10.10.0.0/16', colour: 'red' },
    [/podCidr is missing/, /PodCIDR "10\.244\.0\.0\/16" is not a setting/, /colour "red" is not a setting/],
  ],
  [
    'host bits, too many nodes and an overlap',
    { podCidr: '10.244.0.1/16', nodeBits: 'many', hostCidr: '10.10.0.0/33' },
    [
      /podCidr "10\.244\.0\.1\/16".*write 10\.244\.0\.0\/16/,
      /nodeBits "many"/,
      /hostCidr "10\.10\.0\.0\/33"/,
    ],
  ],
];

test.serial(
  'a net-conf.json that is wrong is refused with all that is wrong in it, and nothing is configured',
  async (t) => {
    const scene = await bare(t);
    await scene.node.startAgent();
    const before = await logLength(scene);
    for (const [what, content, words] of wrongNetConfs) {
      await writeNetConf(scene, content);
      const { code, err } = await scene.node.configGen('--wait', '0');
      t.is(code, 1, what);
      t.regex(err, /^error: |\nerror: /, what);
      for (const word of words) t.regex(err, word, what);
      t.true(err.includes('mend '), `${what}: ${err}`);
    }
    t.is(await logLength(scene), before);
    t.is(await textOf(staged(scene)), undefined);
  },
);

test.serial(
  'without anybody to configure the cluster it waits, says for what, and gives up in words',
  async (t) => {
    const scene = await bare(t);
    await scene.node.startAgent();
    const { code, err } = await scene.node.configGen('--wait', '8');
    t.is(code, 1);
    t.regex(err, /^waiting for the cluster to be configured \(evioctl configure\) since \d+ s$/m);
    t.regex(err, /^error: no lease after \d+ s: still waiting for the cluster to be configured/m);
    t.regex(err, /^ {7}evioctl status says what is missing; --wait gives it more time$/m);
  },
);

test.serial('the plugin is installed beside one that is running, whole or not at all', async (t) => {
  const scene = await bare(t, netConf);
  await scene.node.startAgent();
  const bin = join(scene.node.dir, 'bin');
  const installed = join(bin, 'evio');
  const release = join(scene.node.dir, 'release');
  await mkdir(bin);
  // Any program that waits will do: what counts is that it is being executed.
  await copyFile('/bin/cat', installed);
  await copyFile('/bin/true', release);
  await chmod(release, 0o600);
  const running = spawn(installed, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => running.kill());
  await once(running, 'spawn');
  const generated = await scene.node.configGen('--plugin', release);
  t.is(generated.code, 0, generated.err);
  t.true(generated.err.includes(`installed ${installed}\n`));
  t.deepEqual(await readFile(installed), await readFile(release));
  t.is((await stat(installed)).mode & 0o777, 0o755);
  t.deepEqual((await readdir(bin)).sort(), ['evio', 'evio-ipam']);
  running.stdin.end('still running');
  t.is(await text(running.stdout), 'still running');

  const missing = await scene.node.configGen('--plugin', join(scene.node.dir, 'nothing'));
  t.is(missing.code, 1);
  t.regex(missing.err, /error: .*\/nothing: no such file or directory \(ENOENT\)/);
  t.deepEqual(await readFile(installed), await readFile(release), 'what was there stays');
});
