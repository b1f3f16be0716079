import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { eventually } from '../../support/node.ts';
import { scrape } from '../../support/samples.ts';
import { callFor, makeScene } from '../../support/scene.ts';

const repairs = (what: string): string => `evio_repairs_total{what="${what}"}`;

/** What is counted is what README says. */
const namesAll = async (t: ExecutionContext, node: Parameters<typeof scrape>[0]): Promise<void> => {
  const readme = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8');
  const row = readme.split('\n').find((line) => line.startsWith('| `evio_repairs_total`')) ?? '';
  for (const name of Object.keys(await scrape(node))) {
    const what = /^evio_repairs_total\{what="(.+)"\}$/.exec(name)?.[1];
    if (what !== undefined) t.true(row.includes(`\`${what}\``), what);
  }
};

test.serial('what was set right is counted, and what could not be', async (t) => {
  const { node, makePod, add, ports, ask } = await makeScene(t);
  const { vsctl, ofctl } = node.ovs;
  await add(await makePod());
  const [port = ''] = await ports();
  const until = (name: string) =>
    eventually(`${name} is counted`, async () => {
      const now = await scrape(node);
      return (now[name] ?? 0) > 0 ? now : undefined;
    });
  const untouched = await scrape(node);
  for (const what of ['port-put-back', 'port-removed', 'flow']) t.false(repairs(what) in untouched, what);

  const stale = (await vsctl('get', 'port', port, 'external_ids'))
    .trim()
    .replace(/container-id="?[^",}]+"?/, 'container-id=long-gone');
  const row = ['set', 'port', 'evioffffffffff', `external_ids=${stale}`];
  await vsctl('--no-wait', 'add-port', 'evio0', 'evioffffffffff', '--', ...row);
  await until(repairs('port-removed'));

  await vsctl('del-port', 'evio0', port);
  t.true(((await until(repairs('port-put-back')))['evio_drift_seen_total'] ?? 0) > 0);

  await ofctl('evio0', 'del-flows', '--strict', 'priority=65000,in_port=LOCAL,dl_dst=0a:58:0a:f4:00:02');
  const before = (await scrape(node))[repairs('flow')] ?? 0;
  await ask('POST', '/v1/settle', {});
  t.is((await scrape(node))[repairs('flow')], before + 1);

  const { [repairs('gateway')]: gateways = 0, [repairs('rules')]: rules = 0 } = await scrape(node);
  await node.netns.exec('ip', 'address', 'del', '10.244.0.1/24', 'dev', 'evio0');
  await eventually('the gateway is counted', async () =>
    ((await scrape(node))[repairs('gateway')] ?? 0) > gateways ? true : undefined,
  );
  t.regex(await node.agentLog(), /evio0 has lost 10\.244\.0\.1\/24.*the gateway was set right/);
  await node.netns.exec('/usr/sbin/nft', 'flush', 'ruleset');
  await eventually('the table is counted', async () =>
    ((await scrape(node))[repairs('rules')] ?? 0) > rules ? true : undefined,
  );
  await node.netns.exec('ip', 'link', 'set', port, 'down');
  await until(repairs('link-raised'));
  await namesAll(t, node);

  t.is((await scrape(node))['evio_drift{kind="linkless"}'], 0);
  await node.netns.exec('ip', 'link', 'del', port);
  await ask('POST', '/v1/settle', {});
  t.is((await scrape(node))['evio_drift{kind="linkless"}'], 1);
});

test.serial(
  'an ADD that an earlier agent did not live to answer is counted where it is undone',
  async (t) => {
    const { node, makePod, pods } = await makeScene(t);
    await node.ovs.killSwitchd();
    const adding = node.startCni('ADD', callFor(await makePod()));
    await eventually('its addresses are reserved', async () =>
      (await pods()).length > 0 ? true : undefined,
    );
    await node.stopAgent('SIGKILL');
    adding.signal('SIGTERM');
    await adding.ended;
    await node.startAgent();
    t.is((await scrape(node))[repairs('add-undone')], 1);
  },
);
