import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join as path } from 'node:path';
import test from 'ava';
import { metricTable } from '../../../services/agent/metric-table.ts';
import { eventually } from '../../support/node.ts';
import { type Got, get, samplesOf, scrape } from '../../support/samples.ts';
import { callFor, makeScene, type Scene, sharedScene, usual } from '../../support/scene.ts';

const address = '127.0.0.1:9436';
const scene = sharedScene(test, usual, '--metrics-listen', address);

/** Over TCP, from within the node's network namespace. */
const getTcp = async ({ node }: Scene, what: string, method = 'GET'): Promise<Got> => {
  const program = `const a = await fetch('http://${address}${what}', { method: '${method}' });
    console.log(JSON.stringify({ status: a.status, type: a.headers.get('content-type'), text: await a.text() }))`;
  return JSON.parse(await node.netns.exec(process.execPath, '--input-type=module', '-e', program)) as Got;
};

test.serial('requests are counted by what came of them, each step of them by its time', async (t) => {
  const { makePod, add, del, node } = scene();
  const pod = await makePod();
  await add(pod);
  const count = (samples: Readonly<Record<string, number>>, step: string) =>
    samples[`evio_step_duration_seconds_count{step="${step}"}`] ?? 0;
  // The announcement comes a moment behind the answer.
  const held = await eventually('the pod is announced', async () => {
    const samples = await scrape(scene().node);
    return count(samples, 'announce') >= 1 ? samples : undefined;
  });
  t.like(held, {
    'evio_cni_requests_total{verb="ADD",code="0"}': 1,
    'evio_cni_request_duration_seconds_count{verb="ADD"}': 1,
    'evio_attachments{status="attached"}': 1,
    'evio_attachments{status="reserved"}': 0,
    'evio_pool_addresses{subnet="10.244.0.0/24",family="ipv4",state="held"}': 1,
    'evio_pool_addresses{subnet="10.244.0.0/24",family="ipv4",state="free"}': 252,
    'evio_pool_capacity_addresses{subnet="10.244.0.0/24",family="ipv4"}': 253,
    evio_ready: 1,
  });
  const phases = (samples: Readonly<Record<string, number>>, verb: string) =>
    Object.keys(samples).flatMap(
      (name) =>
        new RegExp(`^evio_phase_duration_seconds_count.verb="${verb}",phase="(.+)"}`).exec(name)?.[1] ?? [],
    );
  t.deepEqual(phases(held, 'ADD').sort(), ['reserve', 'switch', 'turn', 'wire']);
  const sum = phases(held, 'ADD').reduce(
    (total, phase) => total + (held[`evio_phase_duration_seconds_sum{verb="ADD",phase="${phase}"}`] ?? 0),
    0,
  );
  t.true(sum <= (held['evio_cni_request_duration_seconds_sum{verb="ADD"}'] ?? 0), 'one behind the other');
  for (const step of ['netns', 'record', 'flush', 'link', 'address', 'plug', 'flows'])
    t.true(count(held, step) >= 1, step);

  await del(pod);
  t.is((await node.cni('ADD', callFor(pod, { config: { mtu: 9000 } }))).code, 1);
  const after = await scrape(scene().node);
  t.like(after, {
    'evio_cni_requests_total{verb="DEL",code="0"}': 1,
    'evio_cni_requests_total{verb="ADD",code="7"}': 1,
    'evio_attachments{status="attached"}': 0,
    'evio_pool_addresses{subnet="10.244.0.0/24",family="ipv4",state="held"}': 0,
  });
  t.deepEqual(phases(after, 'DEL').sort(), ['record', 'turn', 'unwire']);
  t.is(after['evio_phase_duration_seconds_count{verb="ADD",phase="wire"}'], 1, 'what is refused has none');
  for (const step of ['unplug', 'unlink']) t.true(count(after, step) >= 1, step);
});

test.serial(
  'where the log stands, how much room it takes, and how far behind the cluster the node is',
  async (t) => {
    const log = (await scene().log()).filter(({ stream }) => stream.startsWith('host-'));
    const now = await scrape(scene().node);
    t.is(now['evio_log_revision'], log.at(-1)?.revision);
    t.is(now['evio_log_position'], log.at(-1)?.position);
    t.is(now['evio_log_era'], 1);
    t.true((now['evio_log_used_bytes'] ?? 0) > 0 && (now['evio_log_left_bytes'] ?? 0) > 0);
    t.is(now['evio_cluster_revision'], (await scene().node.status()).clusterRevision);
    t.is(now['evio_cluster_lag_events'], 0);
  },
);

test.serial('a DEL that waits in the queue is counted', async (t) => {
  const { node } = scene();
  t.is((await scrape(scene().node))['evio_queued_dels'], 0);
  await writeFile(path(node.queue, 'evio%c1%eth0'), 'nobody can read this');
  t.is((await scrape(scene().node))['evio_queued_dels'], 1);
});

test.serial('the address of --metrics-listen serves what monitoring asks, and nothing else', async (t) => {
  const metrics = await getTcp(scene(), '/metrics');
  t.like(metrics, { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' });
  t.is(samplesOf(metrics.text)['evio_ready'], 1);
  t.like(await getTcp(scene(), '/healthz'), { status: 200, text: '{"healthy":true}' });
  t.like(await getTcp(scene(), '/readyz'), { status: 200, text: '{"ready":true,"reasons":[]}' });
  for (const [method, what] of [
    ['GET', '/v1/pods'],
    ['POST', '/v1/leave'],
  ] as const) {
    const { status, text } = await getTcp(scene(), what, method);
    t.is(status, 404);
    t.false(text.includes('/v1/add'), 'it does not name what others may ask');
  }
});

test.serial('/readyz says why not, as STATUS does, while /healthz is content', async (t) => {
  const { node } = scene();
  await node.ovs.killDatabase();
  const away = await eventually('it says so', async () => {
    const got = await get(scene().node, '/readyz');
    return got.status === 503 ? got : undefined;
  });
  const { ready, reasons } = JSON.parse(away.text) as { ready: boolean; reasons: ReadonlyArray<string> };
  t.false(ready);
  t.regex(reasons.join(), /Open vSwitch/);
  t.is((await scrape(scene().node))['evio_ready'], 0);
  t.is((await get(scene().node, '/healthz')).status, 200);
  await node.ovs.startDatabase();
  await eventually('it is ready again', async () =>
    (await get(scene().node, '/readyz')).status === 200 ? true : undefined,
  );
});

test.serial('an address that is taken keeps nobody from adding pods, and is said', async (t) => {
  const other = await makeScene(t, usual, '--metrics-listen', '192.0.2.1:9436');
  await other.add(await other.makePod());
  const log = await other.node.agentLog();
  t.regex(log, /metrics and probes are served on the unix socket only/);
  t.regex(log, /192\.0\.2\.1:9436/);
  t.is((await scrape(other.node))['evio_ready'], 1);
});

test.serial('while the agent starts, probes are answered: healthy, not ready', async (t) => {
  const scene = await makeScene(t);
  const { node } = scene;
  await node.stopAgent();
  // It takes what is said, and says nothing.
  const database = createServer();
  const ovsSocket = path(node.dir, 'silent.sock');
  await new Promise<void>((resolve) => database.listen(ovsSocket, resolve));
  t.teardown(() => database.close());
  const starting = node.startAgent('--metrics-listen', address, '--ovs-socket', ovsSocket);
  starting.catch(() => undefined);
  const health = await eventually('it is healthy', () => getTcp(scene, '/healthz').catch(() => undefined));
  t.is(health.status, 200);
  const [ready, metrics] = await Promise.all([getTcp(scene, '/readyz'), getTcp(scene, '/metrics')]);
  const text = '{"ready":false,"reasons":["the agent is starting"]}';
  t.like(ready, { status: 503, text });
  t.like(metrics, { status: 503, text });
});

test('README names every metric', async (t) => {
  const readme = await readFile(path(import.meta.dirname, '../../../README.md'), 'utf8');
  for (const { name } of Object.values(metricTable)) t.true(readme.includes(`\`${name}`), name);
});
