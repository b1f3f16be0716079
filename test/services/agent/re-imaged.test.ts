import { rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { makeLedgered, sameCopies, shipped, streamIn } from '../../support/ledgered-scene.ts';
import { eventually } from '../../support/node.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { assertSound, eventuallyReaches, isReady, refusalOf } from '../../support/scene.ts';

const evioctl = resolve(import.meta.dirname, '../../../services/evioctl/main.ts');

test('a node that lost its disk is told by the cluster’s stream that its name is another life’s; attested, it goes on with lease and pods; the old disk is fenced when it comes back', async (t) => {
  const { scene, ledger, credentialOf } = await makeLedgered(t);
  const { node, makePods, add, pods } = scene;
  const address = await credentialOf('node-1');
  await node.startAgent('--ledger', address);
  t.is((await node.configGen('--ledger', address)).code, 0);
  await isReady(node);
  const [one, other, late] = await makePods(3);
  if (one === undefined || other === undefined || late === undefined) return t.fail();
  const held = [...(await add(one)), ...(await add(other))];
  await shipped(scene);
  const { incarnation, lease } = await node.status();

  await node.stopAgent('SIGKILL');
  const [state, drawer] = [join(node.dir, 'state'), join(node.dir, 'drawer')];
  await rename(state, drawer);
  await node.startAgent('--ledger', address);
  const refused = await node.configGen('--ledger', address, '--wait', '60');
  t.is(refused.code, 1);
  t.regex(refused.err, new RegExp(`node node-1 is joined as incarnation ${incarnation}, not as `));
  t.regex(refused.err, /evioctl attest node-1 --destroyed/);
  t.regex((await node.evioctl('status')).out, /^lease {9}refused: node node-1 is joined as incarnation/m);
  t.is((await node.status()).lease, undefined);

  const attested = await runToEnd(
    [
      ...['ip', 'netns', 'exec', node.netns.name, process.execPath, evioctl],
      ...['attest', 'node-1', '--destroyed', '--reason', 'disk replaced'],
    ],
    { env: { ...process.env, EVIO_LEDGER: ledger.url('admin', ledger.adminPassword) } },
  );
  t.is(attested.code, 0, attested.err);
  const generated = await node.configGen('--ledger', address, '--wait', '60');
  t.is(generated.code, 0, generated.err);
  await isReady(node);
  t.deepEqual((await node.status()).lease, lease);
  t.deepEqual((await pods()).flatMap(({ addresses }) => addresses).sort(), held.sort());
  t.false(held.includes(String((await add(late))[0])));
  await shipped(scene);
  await sameCopies(t, scene, ledger);
  await assertSound(t, scene);

  await node.stopAgent();
  await rename(state, join(node.dir, 'replaced'));
  await rename(drawer, state);
  await node.startAgent('--ledger', address);
  t.is((await node.status()).incarnation, incarnation);
  const fence = await eventually('the old life is fenced', async () => (await node.status()).fence);
  t.is(fence, 'an operator says that this life of node-1 is destroyed: disk replaced');
  t.is(refusalOf(await scene.cni('STATUS', one, { cniVersion: '1.1.0' })).code, 50);
  const refusedAdd = refusalOf(await scene.cni('ADD', await scene.makePod()));
  t.is(refusedAdd.code, 11);
  t.regex(refusedAdd.msg, /destroyed: disk replaced/);
  for (const pod of [one, other, late]) await eventuallyReaches(pod, '10.244.0.1');
  const leases = streamIn(join(ledger.folder, 'ledger.db'), 'cluster-evio');
  t.false(
    leases.some(({ payload }) => payload.includes('"by":')),
    'nothing of its successor’s is released',
  );
});
