import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { makeLedgered, sameCopies, shipped } from '../../support/ledgered-scene.ts';
import { runSync } from '../../support/run.ts';
import { assertSound, eventuallyReaches, isReady, refusalOf } from '../../support/scene.ts';

test('a node whose disk is full while its ledger is away refuses ADD in words and loses nothing', async (t) => {
  const { scene, ledger, credentialOf } = await makeLedgered(t);
  const { node, makePods, makePod, add, cni, pods } = scene;
  const state = join(node.dir, 'state');
  mkdirSync(state, { mode: 0o700 });
  runSync('mount', '-t', 'tmpfs', '-o', 'size=24m', 'evio-test', state);
  t.teardown(async () => {
    await node.stopAgent('SIGKILL');
    runSync('umount', state);
  });
  const address = await credentialOf('node-1');
  await node.startAgent('--ledger', address);
  t.is((await node.configGen('--ledger', address)).code, 0);
  await isReady(node);
  const [stays, goes] = await makePods(2);
  if (stays === undefined || goes === undefined) return t.fail();
  await add(stays);
  await add(goes);
  await shipped(scene);
  await ledger.server.end('SIGKILL');

  const ballast = join(state, 'ballast');
  const { bsize, bavail } = statfsSync(state);
  writeFileSync(ballast, Buffer.alloc((bavail - 2) * bsize));
  // The log's files have room left in them; that is used up first.
  let refused = await cni('ADD', await makePod());
  let added = 0;
  for (; refused.code === 0 && added < 200; added += 1) refused = await cni('ADD', await makePod());
  t.log(`${added} pods fitted still; ADD says: ${JSON.stringify(refusalOf(refused))}`);
  const { msg, details } = refusalOf(refused);
  t.regex(`${msg} ${details}`, /disk|full|space/);
  const before = await pods();
  const deleted = await cni('DEL', goes);
  t.log(`DEL ended with ${deleted.code}: ${deleted.out}`);
  await eventuallyReaches(stays, '10.244.0.1');

  rmSync(ballast);
  t.is((await cni('DEL', goes)).code, 0);
  await add(await makePod());
  const after = await pods();
  t.false(after.some(({ containerId }) => containerId === goes.name));
  t.is(after.length, before.filter(({ containerId }) => containerId !== goes.name).length + 1);
  t.deepEqual(readdirSync(node.queue), []);
  await ledger.restart();
  await shipped(scene);
  await sameCopies(t, scene, ledger);
  await assertSound(t, scene);
  const verified = await node.evioctl('verify', '--log', join(state, 'ledger.db'));
  t.is(verified.code, 0, verified.err);
});
