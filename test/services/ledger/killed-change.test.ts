import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { addPod } from '../../support/host.ts';
import { askHost } from '../../support/kept-host.ts';
import { beginMember } from '../../support/member.ts';
import { eventually } from '../../support/node.ts';
import { restorableCluster } from '../../support/restored-cluster.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { eventsOf } from '../../support/served-cluster.ts';
import { openOverWire } from '../../support/wire.ts';

const evioctl = new URL('../../../services/evioctl/main.ts', import.meta.url).pathname;
const killed = new URL('killed-change.ts', import.meta.url).pathname;

test('an agent killed at any step of the change of its replica makes it in the next life, and lacks nothing', async (t) => {
  t.timeout(300_000);
  const { port, address, server, start, comes, backUp, restore } = await restorableCluster(t);
  await backUp();
  const nodes = [await comes('node-1'), await comes('node-2')];
  const node = await comes('node-3');
  const before = await eventsOf(node.ownLog, 'cluster-evio');
  const lease = node.host.state().lease;
  for (const member of [...nodes, node]) await member.shipped();
  await server.end();
  await restore();
  await node.end();
  await start();
  const store = await openOverWire(t, port);

  const epochOf = () => JSON.parse(readFileSync(join(node.folder, 'ledger.json'), 'utf8')).epoch;
  for (const [moment, epoch] of [
    ['supersede', 1],
    ['mark', 1],
    ['copy', 2],
  ] as const) {
    const child = spawn(process.execPath, [killed, node.folder, address, 'node-3', moment], {
      stdio: 'ignore',
    });
    t.teardown(() => child.kill('SIGKILL'));
    const [, signal] = await once(child, 'close');
    t.is(signal, 'SIGKILL', moment);
    t.is(epochOf(), epoch, moment);
    const verified = await runToEnd([process.execPath, evioctl, '--log', node.path, 'verify']);
    t.is(verified.code, 0, `${moment}: ${verified.out}${verified.err}`);
  }

  const again = await beginMember(t, { folder: node.folder, address, node: 'node-3' });
  await eventually('it presents its lease', async () => again.host.state().epoch === 2 || undefined, 30_000);
  await askHost(again.host, addPod('afterwards'));
  await again.shipped(30_000);
  await eventually('the ledger answers all', async () => {
    const events = await eventsOf(store, 'cluster-evio');
    const same = (await eventsOf(again.ownLog, 'cluster-evio')).length === events.length;
    return (same && events.filter(({ type }) => type === 'NodePresented').length === 3) || undefined;
  });
  t.deepEqual(await eventsOf(again.ownLog, 'cluster-evio'), await eventsOf(store, 'cluster-evio'));
  t.deepEqual(await eventsOf(store, again.hostStream()), await eventsOf(again.ownLog, again.hostStream()));
  t.deepEqual(again.host.state().lease, lease);
  t.is(again.host.state().fence, undefined);
  const kept = await eventsOf(again.ownLog, 'superseded-1:cluster-evio');
  t.deepEqual(
    kept.map(({ hash }) => hash),
    before.slice(-kept.length).map(({ hash }) => hash),
  );
  t.is(kept.length, before.length - 1, 'all but the configuration, once');
});
