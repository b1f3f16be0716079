import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { eventually } from '../../support/node.ts';
import { makeScene, refusalOf } from '../../support/scene.ts';
import { evioctl } from '../evioctl/verify-scene.ts';

test('on a running node an era is closed, archived and dropped; pods go on, before and after a start', async (t) => {
  const scene = await makeScene(t);
  const { node } = scene;
  const log = join(node.dir, 'state', 'ledger.db');
  const ask = (...args: ReadonlyArray<string>) => evioctl('--socket', node.socket, '--log', log, ...args);
  const [one, two, three] = await scene.makePods(3);
  if (one === undefined || two === undefined || three === undefined) return t.fail();
  const [first] = await scene.add(one);
  const [second] = await scene.add(two);
  await scene.del(two);

  const closed = await ask('era', 'close');
  t.deepEqual([closed.code, closed.err], [0, '']);
  t.regex(closed.out, /^closed host-evio:node-1:[0-9a-f-]{36}; the node goes on in host-.*:2\n$/);
  const out = join(node.dir, 'archives');
  mkdirSync(out);
  const dropped = await eventually('the allocator is past the era', async () => {
    const tried = await ask('archive', '--out', out, '--drop');
    return tried.code === 0 ? tried : undefined;
  });
  t.regex(dropped.out, /^\d+ events in .*\.ndjson, and not in the log any more\n$/);

  const [third] = await scene.add(three);
  t.false([first, second].includes(third), 'the returned address comes last');
  t.deepEqual((await scene.pods()).map(({ addresses }) => addresses[0]).sort(), [first, third].sort());
  await node.stopAgent('SIGKILL');
  await node.startAgent();
  await eventually('the node is ready', async () =>
    (await node.cni('STATUS', { cniVersion: '1.1.0' })).code === 0 ? true : undefined,
  );
  await scene.del(one);
  t.is((await scene.pods()).length, 1);
  const verified = await ask('verify');
  t.deepEqual([verified.code, verified.err], [0, '']);
  t.regex(verified.out, /archived: give --archive FILE/);
  const told = await ask('log', '--from', '0', '--limit', '1');
  t.is(told.code, 1);
  t.regex(told.err, /positions 0 to \d+ \(host-.*\) are archived.*\n.*go on with --from \d+/);
  t.regex(
    (await ask('status')).out,
    /\nlog {11}era 2, host-.*:2\nledger {8}own log, followed to its end\ndisk {10}\d/,
  );
  t.true(statSync(log).size > 0);
});

test('STATUS says when the log could soon not take an ADD any more, and what to do', async (t) => {
  const scene = await makeScene(t);
  const { node } = scene;
  await node.stopAgent('SIGKILL');
  await node.startAgent('--disk-budget', '1MiB');
  const full = await eventually('STATUS says so', async () => {
    const ended = await node.cni('STATUS', { cniVersion: '1.1.0' });
    return ended.code === 1 && refusalOf(ended).msg.includes('disk budget') ? refusalOf(ended) : undefined;
  });
  t.is(full.code, 50);
  t.regex(full.msg, /of 1 MiB budget.*evioctl archive --out DIR --drop/);
  const { disk } = await scene.ask<{ readonly disk: { readonly budget: number; readonly level: string } }>(
    'GET',
    '/v1/status',
  );
  t.like(disk, { budget: 2 ** 20, level: 'full' });
});
