import test from 'ava';
import type { LogAnswer } from '../../../services/evioctl/log.ts';
import { eventually } from '../../support/node.ts';
import { isReady, makeBareScene, type Scene } from '../../support/scene.ts';

const undo: Array<() => unknown> = [];
let scene: Scene;

/** One node's story, told in order: each test goes on where the one before ended. */
test.before(async () => {
  scene = await makeBareScene({ teardown: (step) => undo.push(step) });
  await scene.node.startAgent();
});
test.after.always(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const json = async (...args: ReadonlyArray<string>) => {
  const { code, out, err } = await scene.node.evioctl('--json', ...args);
  return { code, err, body: JSON.parse(out) };
};

const networks = ['--pod-cidr', '10.244.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16'];
const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

test.serial('a node without a cluster says what is missing', async (t) => {
  const status = await scene.node.evioctl('status');
  t.is(status.code, 0);
  t.regex(status.out, /^ready {9}no: this node has no subnet yet$/m);
  t.regex(status.out, /^lease {9}none: the cluster is not configured \(evioctl configure\)$/m);
  t.deepEqual(await scene.node.evioctl('leases'), { code: 0, out: 'no node holds a subnet\n', err: '' });
  t.deepEqual(await scene.node.evioctl('pods'), {
    code: 0,
    out: 'no pod holds an address on this node\n',
    err: '',
  });
  t.deepEqual((await json('leases')).body, { revision: -1, leases: [] });
});

test.serial('leave without a lease is refused in words', async (t) => {
  t.deepEqual(await scene.node.evioctl('leave'), {
    code: 1,
    out: '',
    err: 'error: this node holds no lease\n       there is nothing to leave; evioctl status shows the node\n',
  });
});

test.serial('configure says everything that is wrong at once, and changes nothing', async (t) => {
  const wrong = ['--pod-cidr', '10.244.0.1/16', '--node-bits', 'eight', '--host-cidr', '10.10.0.0'];
  const { code, out, err } = await scene.node.evioctl('configure', ...wrong, '--quarantine', 'soon');
  t.is(code, 1);
  t.is(out, '');
  const lines = err.trimEnd().split('\n');
  t.is(lines.length, 4, err);
  for (const [index, key] of [
    'podCidr "10.244.0.1/16"',
    'nodeBits "eight"',
    'hostCidr "10.10.0.0"',
    'quarantine "soon"',
  ].entries())
    t.true(lines[index]?.startsWith(`error: ${key} `), `${key} in ${lines[index]}`);
  const listed = await json('configure', ...wrong, '--quarantine', 'soon');
  t.is(listed.code, 1);
  t.deepEqual(
    listed.body.error.violations.map(({ key, value }: Record<string, string>) => [key, value]),
    [
      ['podCidr', '10.244.0.1/16'],
      ['nodeBits', 'eight'],
      ['hostCidr', '10.10.0.0'],
      ['quarantine', 'soon'],
    ],
  );
  t.false((await scene.node.status()).configured);
});

test.serial('configure says what it did, and that a repetition did nothing', async (t) => {
  const words = 'pods 10.244.0.0/16 for 256 nodes; hosts 10.10.0.0/16; quarantine 86400 s\n';
  t.deepEqual(await scene.node.evioctl('configure', ...networks), {
    code: 0,
    out: `configured: ${words}`,
    err: '',
  });
  t.is((await scene.node.evioctl('configure', ...networks)).out, `already configured: ${words}`);
  const again = await json('configure', ...networks);
  t.like(again.body, { changed: false, configuration: { hostCidr: '10.10.0.0/16' } });
});

test.serial('networks in which a lease has no place are refused, with the lease', async (t) => {
  t.is((await scene.node.configGen()).code, 0);
  await isReady(scene.node);
  const { code, err } = await scene.node.evioctl(
    ...['configure', '--pod-cidr', '10.99.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16'],
  );
  t.is(code, 1);
  t.regex(
    err,
    /^error: podCidr, nodeBits and hostCidr do not fit what the cluster has given: node-1 holds 10\.244\.0\.0\/24\n {7}/,
  );
});

test.serial('leases and pods are tables for people and JSON for programs', async (t) => {
  const leases = await scene.node.evioctl('leases');
  t.regex(
    leases.out,
    new RegExp(
      String.raw`^SUBNET +NODE +HOST ADDRESS +STATUS +SINCE +FREE AFTER\n10\.244\.0\.0/24 +node-1 +10\.10\.0\.1 +leased +${time} +-\n$`,
    ),
  );
  const listed = await json('leases');
  t.like(listed.body.leases[0], { subnet: '10.244.0.0/24', node: 'node-1', status: 'leased' });

  const pod = await scene.makePod();
  await scene.add(pod, { args: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;K8S_POD_UID=7' });
  const pods = await scene.node.evioctl('pods');
  const short = pod.name.slice(0, 12);
  t.regex(
    pods.out,
    new RegExp(
      String.raw`^ADDRESSES +STATUS +POD +CONTAINER +IFNAME +NETWORK +SINCE\n10\.244\.0\.2 +attached +shop/web-0 +${short} +eth0 +evio +${time}\n$`,
    ),
  );
  t.like((await json('pods')).body.pods[0], {
    containerId: pod.name,
    addresses: ['10.244.0.2'],
    pod: { namespace: 'shop', name: 'web-0', uid: '7' },
    netns: pod.path,
  });
});

test.serial('status shows the node at a glance', async (t) => {
  const { out } = await scene.node.evioctl('status');
  for (const line of [
    /^cluster {7}evio \(revision \d+\)$/m,
    /^node {10}node-1 \(incarnation [0-9a-f-]{36}, revision \d+\)$/m,
    /^ready {9}yes$/m,
    /^lease {9}10\.244\.0\.0\/24$/m,
    /^host address {2}10\.10\.0\.1$/m,
    /^bridge {8}evio0, mtu 1410$/m,
    /^attachments {3}1 attached, 0 reserved$/m,
    /^10\.244\.0\.0\/24 +1 +253$/m,
  ])
    t.regex(out, line);
  t.like((await json('status')).body, { ready: true, attached: 1, reserved: 0 });
});

test.serial('the log is read page by page, without gap or repetition', async (t) => {
  const page = async (from: number, limit: number): Promise<LogAnswer['events']> =>
    (await json('log', '--from', String(from), '--limit', String(limit))).body.events;
  const all = await page(0, 1000);
  const pages = [];
  for (let from = 0; ; from += 3) {
    const events = await page(from, 3);
    pages.push(...events);
    if (events.length < 3) break;
  }
  t.deepEqual(pages, [...all]);
  t.deepEqual(
    all.map(({ position }) => position),
    all.map((_, index) => index),
  );
  t.like(all.at(-2), { type: 'PodAdded', payload: { network: 'evio' }, metadata: { actor: 'runtime' } });
  const words = (await scene.node.evioctl('log', '--from', '1', '--limit', '1')).out;
  t.regex(
    words,
    /^POSITION +RECORDED +STREAM +REVISION +EVENT\n1 .* ClusterConfigured +podCidrs=10\.244\.0\.0\/16/,
  );
  t.is((await scene.node.evioctl('log', '--from', '99999')).out, 'no event there\n');
});

test.serial('with --ndjson a list is a line for each row, and anything else one line', async (t) => {
  const lines = async (...args: ReadonlyArray<string>) =>
    (await scene.node.evioctl('--ndjson', ...args)).out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  t.deepEqual(await lines('pods'), (await json('pods')).body.pods);
  t.deepEqual(await lines('leases'), (await json('leases')).body.leases);
  t.deepEqual(
    await lines('log', '--from', '2', '--limit', '3'),
    (await json('log', '--from', '2', '--limit', '3')).body.events,
  );
  t.deepEqual(await lines('status'), [(await json('status')).body]);
  t.deepEqual(await lines('configure', ...networks), [(await json('configure', ...networks)).body]);
});

for (const [option, value] of [
  ['--from', '-1'],
  ['--from', 'yesterday'],
  ['--limit', '0'],
  ['--limit', '1001'],
  ['--limit', 'all'],
] as const) {
  test.serial(`log ${option} ${value} is refused by name`, async (t) => {
    const { code, out, err } = await scene.node.evioctl('log', `${option}=${value}`);
    t.is(code, 1);
    t.is(out, '');
    t.true(err.startsWith(`error: ${option.slice(2)} "${value}" is not `), err);
  });
}

test.serial('leave waits for the last pod, takes no new one, and gives the lease back with it', async (t) => {
  const [pod] = await scene.pods();
  const left = await scene.node.evioctl('leave');
  t.is(left.code, 0);
  t.is(
    left.out,
    'node-1 takes no new pods; it gives its lease back when the last of 1 attachments is gone\n',
  );
  t.regex((await scene.node.evioctl('status')).out, /^lease {9}10\.244\.0\.0\/24 \(leaving\)$/m);
  const refused = await scene.cni('ADD', await scene.makePod());
  t.like(JSON.parse(refused.out), { code: 11, msg: 'this node is leaving the cluster' });
  t.is((await scene.node.cni('DEL', { containerId: pod?.containerId ?? '' })).code, 0);
  await eventually('the lease is released', async () =>
    (await scene.node.evioctl('leases')).out.includes(' released ') ? true : undefined,
  );
  t.regex((await scene.node.evioctl('leases')).out, new RegExp(`released +${time} +${time}`));
  t.is((await scene.node.status()).lease, undefined);
});
