import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Difference, DriftAnswer, ReconcileAnswer } from '../../../domain/transfer/drift-answer.ts';
import { eventually } from '../../support/node.ts';
import { openWire, untold } from '../../support/openflow-wire.ts';
import { join as joinCluster, makeBareScene, makeScene, type Scene } from '../../support/scene.ts';

/*
 * What is broken here the agent sees in its sweep only, which comes once a minute.
 */

/** A node whose switch cannot tell of flows that others change. */
const makeUntoldScene = async (t: ExecutionContext): Promise<Scene> => {
  const scene = await makeBareScene(t);
  const { dir, ovs, startAgent } = scene.node;
  const wire = await openWire(t, join(dirname(ovs.socketPath), 'evio0.mgmt'));
  wire.onSent(untold);
  const folder = join(dir, 'untold');
  await mkdir(folder);
  await symlink(ovs.socketPath, join(folder, 'db.sock'));
  await symlink(wire.path, join(folder, 'evio0.mgmt'));
  await startAgent('--ovs-socket', join(folder, 'db.sock'));
  await joinCluster(scene);
  return scene;
};

const setting = '/proc/sys/net/ipv4/conf/evio0/send_redirects';

test.serial('drift says what is not as the log says, and reconcile puts right what can be', async (t) => {
  const scene = await makeUntoldScene(t);
  const { node, ask } = scene;
  await writeFile(
    join(node.dir, 'net-conf.json'),
    JSON.stringify({ podCidr: '10.244.0.0/16', nodeBits: 8, hostCidr: '10.10.0.0/16' }),
  );
  const [ended, kept] = await scene.makePods(2);
  if (ended === undefined || kept === undefined) return t.fail();
  await scene.add(ended);
  const [endedLink = ''] = await scene.links();
  await scene.add(kept);
  const keptLink = (await scene.links()).find((link) => link !== endedLink) ?? '';
  const staged = join(node.dir, 'state', '10-evio.conflist');
  await writeFile(staged, '{"plugins":[{"type":"evio"}]}');
  await ask('POST', '/v1/settle', {});
  const clean = await node.evioctl('drift');
  t.is(clean.code, 0, clean.out);
  t.is(clean.out, 'all is as the log says\n');

  await node.netns.exec('ip', 'link', 'delete', endedLink);
  await eventually('it is noticed', async () => ((await node.status()).linkless === 1 ? true : undefined));
  // The reconciliation that noticed it is over, and will not put right what is broken now.
  await ask('POST', '/v1/settle', {});
  const write = (value: string) => node.netns.exec('sh', '-c', `echo ${value} > ${setting}`);
  await write('1');
  await writeFile(staged, '{"plugins":[{"type":"evio","mtu":1300}]}');
  // Some flows of the pod become others, at one blow: their number is always the same, so no look puts them right.
  const cookie = `0xe7106${keptLink.slice(4)}`;
  const arp =
    (await node.ovs.ofctl('evio0', 'dump-flows', `cookie=${cookie}/-1,arp`)).split('arp,').length - 1;
  const others = Array.from({ length: arp }, (_, n) => `priority=${100 + n},in_port=77,actions=drop`);
  const bundle = [`delete cookie=${cookie}/-1,arp`, ...others.map((flow) => `add cookie=${cookie},${flow}`)];
  const path = join(node.dir, 'bundle');
  await writeFile(path, bundle.map((line) => `flow ${line}\n`).join(''));
  await node.ovs.ofctl('evio0', 'bundle', path, '-O', 'OpenFlow14');

  const expected: ReadonlyArray<Difference> = [
    {
      part: 'link',
      name: endedLink,
      difference: `the link of evio/${ended.name}/eth0 is gone: its DEL has not come`,
    },
    {
      part: 'flows',
      name: keptLink,
      difference: 'there are others than there should be',
      change: 'write them',
    },
    { part: 'setting', name: 'ipv4/conf/evio0/send_redirects', difference: 'it is 1', change: 'set it to 0' },
    {
      part: 'cni',
      name: node.conflist,
      difference: 'it is not what evio-config-gen staged',
      change: 'publish it',
    },
  ];
  const drift = await node.evioctl('drift', '--json');
  t.is(drift.code, 4, drift.err);
  t.deepEqual((JSON.parse(drift.out) as DriftAnswer).drift, expected);
  const rows = await node.evioctl('drift', '--ndjson');
  t.deepEqual(
    rows.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    expected,
  );

  const dry = await node.evioctl('reconcile', '--dry-run');
  t.is(dry.code, 0);
  t.regex(dry.out, /setting +ipv4\/conf\/evio0\/send_redirects +it is 1 +set it to 0/);
  t.is((await node.netns.exec('cat', setting)).trim(), '1');

  const done = await node.evioctl('reconcile', '--json');
  t.is(done.code, 4, 'the link is left');
  const { found, left } = JSON.parse(done.out) as ReconcileAnswer;
  t.deepEqual(found, expected);
  t.deepEqual(left, expected.slice(0, 1));
  t.is((await node.netns.exec('cat', setting)).trim(), '0');
  t.is(await readFile(node.conflist, 'utf8'), await readFile(staged, 'utf8'));
  await scene.del(ended);
  t.is((await node.evioctl('drift')).code, 0);
});

test.serial('without an agent there is no answer, and a body that says nothing is refused', async (t) => {
  const scene = await makeScene(t);
  const refused = await scene.ask('POST', '/v1/reconcile', {}).then(
    () => '',
    (error: Error) => error.message,
  );
  t.regex(refused, /dryRun is neither true nor false/);
  await scene.node.stopAgent();
  t.is((await scene.node.evioctl('drift')).code, 3);
  t.is((await scene.node.evioctl('reconcile')).code, 3);
});
