import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { addPod, deletePod, wirePod } from '../../support/host.ts';
import { askHost } from '../../support/kept-host.ts';
import { beginMember, type TestMember } from '../../support/member.ts';
import { eventsOf, serveCluster } from '../../support/served-cluster.ts';

const nodes = 20;
const kills = 10;

/** Pods come and go until it is told to end, whether or not anybody listens. */
const work = async ({ host }: TestMember, ending: () => boolean): Promise<void> => {
  for (let pod = 0; !ending(); pod += 1) {
    const name = `c${pod}`;
    if (host.state().lease === undefined) {
      await sleep(20);
      continue;
    }
    await askHost(host, addPod(name));
    await askHost(host, wirePod(name), 'written');
    await askHost(host, deletePod(name));
    await sleep(5);
  }
};

test('a ledger killed at any moment under twenty nodes that join and ship has all of it in the end, once and in order', async (t) => {
  t.timeout(600_000);
  const { address, store, server: first, start } = await serveCluster(t);
  const members = await Promise.all(
    Array.from({ length: nodes }, (_, n) =>
      beginMember(t, { folder: scratchFolder(t), address, node: `node-${n}` }),
    ),
  );
  let over = false;
  const working = members.map(async (member) => {
    await member.join();
    await work(member, () => over);
  });
  let server = first;
  let random = 7;
  for (let kill = 0; kill < kills; kill += 1) {
    random = (random * 48_271) % 2_147_483_647;
    await sleep(random % 400);
    await server.end('SIGKILL');
    server = await start();
  }
  await Promise.all(members.map((member) => member.leased()));
  over = true;
  await Promise.all(working);
  await Promise.all(members.map((member) => member.shipped(120_000)));
  let events = 0;
  for (const member of members) {
    const own = await eventsOf(member.ownLog, member.hostStream());
    t.deepEqual(await eventsOf(store, member.hostStream()), own);
    events += own.length;
  }
  t.log(`${events} events of ${nodes} nodes through ${kills} kills`);
  const subnets = members.flatMap((member) => member.host.state().lease?.subnets ?? []);
  t.is(new Set(subnets).size, nodes, 'each has a subnet of its own');
});
