import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { either as E } from 'fp-ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { cause, openCluster, opened } from '../../support/allocator.ts';
import { configuration, ofTwo } from '../../support/cluster.ts';
import { cuttingProxy } from '../../support/cutting-proxy.ts';
import { nodeName } from '../../support/events.ts';
import { addPod, deletePod } from '../../support/host.ts';
import { askHost } from '../../support/kept-host.ts';
import { beginMember } from '../../support/member.ts';
import { eventually } from '../../support/node.ts';
import { serveCluster } from '../../support/served-cluster.ts';
import { plainAddress } from '../../support/wire.ts';

/** What was decided of subnets, in order. */
const decisions = async (store: EventStore): Promise<ReadonlyArray<string>> =>
  (await Array.fromAsync(store.readStream('cluster-evio'))).flatMap(({ type, payload }) => {
    const { node, subnet } = JSON.parse(payload);
    return subnet === undefined ? [] : [`${type} ${node} ${subnet}`];
  });

/** Two subnets, and no quarantine that would hide a lease that is given too soon. */
const scarce = { ...ofTwo, hostCidr: configuration.hostCidr, quarantineSeconds: 0, minReader: 6 };

test('a lease that is revoked while its node is away is nobody else’s until that node has given it back', async (t) => {
  const { port, address, store } = await serveCluster(t, scarce);
  const proxy = await cuttingProxy(t, port);
  const away = await beginMember(t, { folder: scratchFolder(t), address: plainAddress(proxy.port) });
  await away.join();
  const [subnet] = (await away.leased()).subnets;
  await askHost(away.host, addPod('before'));
  await away.shipped();
  const other = await beginMember(t, { folder: scratchFolder(t), address, node: 'node-2' });
  await other.join();
  await other.leased();

  proxy.refuse(true);
  proxy.cut();
  const operator = await openCluster(store);
  const word = { type: 'revoke', node: nodeName('node-1'), reason: 'moved' } as const;
  await opened(operator.transact(word, cause())());
  await askHost(away.host, addPod('while away'));
  const wanting = await beginMember(t, { folder: scratchFolder(t), address, node: 'node-3' });
  await wanting.join();
  await wanting.shipped();
  // Longer than any quarantine here.
  await sleep(1500);
  await askHost(wanting.host, { type: 'request-join', node: nodeName('node-3'), publicKey: 'key' });
  await wanting.shipped();
  await sleep(500);
  t.is(wanting.host.state().lease, undefined);
  t.is((await decisions(store)).at(-1), `LeaseRevoked node-1 ${subnet}`);

  proxy.refuse(false);
  t.is(await eventually('it is fenced', async () => away.host.state().fence), 'moved');
  t.is(away.host.state().attachments.size, 2, 'its pods run on');
  const refused = await away.host.transact(addPod('behind the fence'), cause())();
  t.deepEqual(refused, E.left({ type: 'lease-fenced', reason: 'moved' }));
  await away.shipped();
  await askHost(away.host, deletePod('before'));
  await away.shipped();
  t.is((await decisions(store)).at(-1), `LeaseRevoked node-1 ${subnet}`, 'a pod holds it still');
  await askHost(away.host, deletePod('while away'));
  await eventually('it is released', async () =>
    (await decisions(store)).at(-1) === `SubnetReleased node-1 ${subnet}` ? true : undefined,
  );
  await askHost(wanting.host, { type: 'request-join', node: nodeName('node-3'), publicKey: 'key' });
  t.deepEqual((await wanting.leased()).subnets, [subnet as never]);
  t.deepEqual((await decisions(store)).slice(-3), [
    `LeaseRevoked node-1 ${subnet}`,
    `SubnetReleased node-1 ${subnet}`,
    `SubnetLeased node-3 ${subnet}`,
  ]);
});
