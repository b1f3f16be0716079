import test from 'ava';
import { ownLog, streamIn } from '../../support/ledgered-scene.ts';
import { isShipped, makeMachines } from '../../support/machines.ts';
import { eventually } from '../../support/node.ts';
import { assertSound, isReady } from '../../support/scene.ts';

const networks = ['--pod-cidr', '10.244.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16'];

test('a node whose ledger’s answers get lost ships what happened once, and in order', async (t) => {
  t.timeout(300_000);
  const { plugIn, mute, logFile } = await makeMachines(t, ...networks);
  const { node, address, ...machine } = await plugIn('node-1');
  // Who waits for a minute for an answer proves the same a minute later.
  await node.startAgent('--ledger', `${address}&defaultDeadline=1000`);
  const { code, err } = await machine.configGen();
  t.is(code, 0, err);
  await isReady(node);
  const scene = { node, ...machine };
  const [unheard, behind] = await machine.makePods(2);
  if (unheard === undefined || behind === undefined) return t.fail();
  await isShipped(scene);
  const { hostStream } = await node.status();

  await mute(true);
  await machine.add(unheard);
  await eventually('it is written there', async () =>
    streamIn(logFile, hostStream).some(({ payload }) => payload.includes(unheard.name)) ? true : undefined,
  );
  await eventually(
    'nobody heard',
    async () => (await node.status()).ledger?.state === 'waiting' || undefined,
  );
  const { ledger } = await node.status();
  t.true((ledger?.lagEvents ?? 1) > 0, 'it takes for shipped what nobody acknowledged');
  await machine.add(behind);
  await machine.del(unheard);
  await mute(false);
  await isShipped(scene);

  const own = streamIn(ownLog(scene), hostStream);
  t.deepEqual(streamIn(logFile, hostStream), own);
  const pods = own
    .filter(({ type }) => type.startsWith('Pod'))
    .map(({ type, payload }) => [type, JSON.parse(payload).containerId]);
  t.deepEqual(pods, [
    ['PodAdded', unheard.name],
    ['PodWired', unheard.name],
    ['PodAdded', behind.name],
    ['PodWired', behind.name],
    ['PodDeleted', unheard.name],
  ]);
  await assertSound(t, scene);
});
