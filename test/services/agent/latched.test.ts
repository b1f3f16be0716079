import test from 'ava';
import { readingsOf } from '../../../services/agent/readings.ts';
import { joinedWorld } from '../../support/joined-world.ts';

/** What the agent answers to monitoring, operators and the runtime. */
const asker =
  ({ world, drive }: Awaited<ReturnType<typeof joinedWorld>>) =>
  async (method: string, path: string, body?: unknown) => {
    const gone = new AbortController().signal;
    const answer = world.life?.handle?.({ method, path, query: {}, body, gone });
    await drive.go();
    return answer;
  };

test('an agent whose disk refused a flush says so everywhere, serves what is only read, and goes on when started again', async (t) => {
  const joined = await joinedWorld();
  const { world, drive, slot } = joined;
  const ask = asker(joined);
  await drive.step({ type: 'add', slot: 1 });
  t.is(slot(1).belief, 'live');
  const flushRefused = async () => {
    const agent = world.life?.agent;
    const reading = agent && readingsOf(agent);
    await drive.go();
    return (await reading)?.find(({ of }) => of === 'flushRefused')?.value;
  };
  t.is(await flushRefused(), 0);

  world.faults.once.add('flush');
  await drive.step({ type: 'add', slot: 2 });
  t.is(slot(2).belief, 'unsure');
  await drive.step({ type: 'kill-plugin', slot: 2 });
  const why =
    /^the log cannot be written: the disk refused to flush .*: look at the disk \(is it full\?\), then start it again/;
  const ready = await ask('GET', '/readyz');
  t.is(ready?.status, 503);
  const status = await ask('GET', '/v1/status');
  for (const { reasons } of [ready?.body, status?.body] as ReadonlyArray<{ readonly reasons: string[] }>)
    t.regex(reasons.join(), why);
  const told = await ask('POST', '/v1/status', {
    protocol: 1,
    requestId: world.ids.random(),
    attempt: 1,
    network: 'evio',
  });
  t.regex(JSON.stringify(told?.body), /"code":50.*the disk refused to flush/);
  const ofIpam = await ask('POST', '/v1/ipam/status', {
    protocol: 1,
    requestId: world.ids.random(),
    attempt: 0,
    network: 'lan',
    pool: { ipam: { subnet: '10.1.2.0/29' } },
  });
  t.regex(JSON.stringify(ofIpam?.body), /"code":50.*the disk refused to flush/);
  t.is(await flushRefused(), 1);
  const pods = await ask('GET', '/v1/pods');
  t.is(pods?.status, 200);
  t.regex(JSON.stringify(pods?.body), /"c1"/);
  await drive.step({ type: 'del', slot: 1 });
  t.is(slot(1).belief, 'unsure');
  await drive.step({ type: 'kill-plugin', slot: 1 });

  await drive.step({ type: 'start' });
  for (let tries = 0; world.life !== undefined && tries < 20; tries += 1) await drive.later();
  t.is(world.life, undefined);
  await drive.step({ type: 'start' });
  await drive.step({ type: 'del', slot: 1 });
  await drive.step({ type: 'del', slot: 2 });
  await drive.step({ type: 'add', slot: 2 });
  t.deepEqual([slot(1).belief, slot(2).belief, world.broken], ['absent', 'live', undefined]);
  t.is((await ask('GET', '/readyz'))?.status, 200);
});
