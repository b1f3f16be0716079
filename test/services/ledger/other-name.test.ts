import { cpSync } from 'node:fs';
import test from 'ava';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { cause, openCluster, opened } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
import { addPod } from '../../support/host.ts';
import { askHost } from '../../support/kept-host.ts';
import { beginMember } from '../../support/member.ts';
import { eventually } from '../../support/node.ts';
import { eventsOf, serveCluster } from '../../support/served-cluster.ts';

test('a copy of a node’s disk that is started under another name is another node, and takes nothing from the first', async (t) => {
  const { address, store } = await serveCluster(t);
  const folder = scratchFolder(t);
  const first = await beginMember(t, { folder, address });
  await first.join();
  await first.leased();
  await askHost(first.host, addPod('c1'));
  await first.shipped();
  await first.end();
  const image = `${scratchFolder(t)}/image`;
  cpSync(folder, image, { recursive: true });

  const original = await beginMember(t, { folder, address });
  const copy = await beginMember(t, { folder: image, address, node: 'node-2' });
  t.is(copy.host.state().lease, undefined);
  await copy.join();
  const lease = await copy.leased();
  t.notDeepEqual(lease.subnets, original.host.state().lease?.subnets);
  t.not(lease.hostAddress, original.host.state().lease?.hostAddress);
  await askHost(original.host, addPod('c2'));
  await askHost(copy.host, addPod('c1'));
  // Both observe one event of the cluster, with one and the same log id.
  await opened(
    (await openCluster(store)).transact({ type: 'configure', ...configuration, minReader: 6 }, cause())(),
  );
  for (const member of [original, copy]) {
    await eventually('it is observed', async () =>
      member.host.state().lease?.minReader === 6 ? true : undefined,
    );
    await member.shipped();
    t.deepEqual(
      await eventsOf(store, member.hostStream()),
      await eventsOf(member.ownLog, member.hostStream()),
    );
  }
});
