import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { ownLog, streamIn } from '../../support/ledgered-scene.ts';
import { isShipped, type Machine, makeMachines } from '../../support/machines.ts';
import { eventually } from '../../support/node.ts';
import { assertSound } from '../../support/scene.ts';

const nodes = 20;
const killsEach = 4;
const patienceMs = 120_000;
const networks = ['--pod-cidr', '10.244.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16'];

/** Joins as `evio-config-gen` does, through an agent that runs. */
const joins = async ({ node, ask, start }: Machine): Promise<void> => {
  await start();
  const seen = <A>(what: string, look: () => Promise<A | undefined>) => eventually(what, look, patienceMs);
  await seen('it knows its cluster', async () => (await node.status()).configured || undefined);
  await ask('POST', '/v1/join', {});
  await seen('it is ready', async () => (await node.status()).ready || undefined);
};

/** Pods come and go until it is told to end, whether or not anybody listens. */
const works = async ({ makePod, add, del }: Machine, ending: () => boolean): Promise<void> => {
  const pod = await makePod();
  for (let n = 0; !ending(); n += 1) {
    const call = { containerId: `${pod.name}-${n}` };
    await add(pod, call);
    await del(pod, call);
    await sleep(20);
  }
  await add(pod);
};

/** Gives how many events the node has written, each of which the ledger has as it is. */
const sameCopy = async (t: ExecutionContext, machine: Machine, logFile: string): Promise<number> => {
  const { hostStream } = await machine.node.status();
  const own = streamIn(ownLog(machine), hostStream);
  t.deepEqual(streamIn(logFile, hostStream), own);
  t.is(new Set(own.map(({ id }) => id)).size, own.length);
  return own.length;
};

test('a ledger killed at any moment under twenty agents that join and ship has all of it in the end, once and in order', async (t) => {
  t.timeout(600_000);
  const { plugIn, crash, logFile } = await makeMachines(t, ...networks);
  const machines = await Promise.all(Array.from({ length: nodes }, (_, n) => plugIn(`node-${n}`)));
  let random = 7;
  const killOften = async (): Promise<void> => {
    for (let kill = 0; kill < killsEach; kill += 1) {
      random = (random * 48_271) % 2_147_483_647;
      await sleep(random % 800);
      await crash();
    }
  };
  await Promise.all([killOften(), ...machines.map(joins)]);
  let over = false;
  const working = machines.map((machine) => works(machine, () => over));
  await killOften().finally(() => {
    over = true;
  });
  await Promise.all(working);
  for (const machine of machines) await isShipped(machine, patienceMs);
  const written: number[] = [];
  for (const machine of machines) written.push(await sameCopy(t, machine, logFile));
  t.log(
    `${written.reduce((sum, one) => sum + one, 0)} events of ${nodes} nodes through ${2 * killsEach} kills`,
  );
  const leases = await Promise.all(machines.map(async ({ node }) => (await node.status()).lease));
  t.is(new Set(leases.flatMap((lease) => lease?.subnets ?? [])).size, nodes, 'each has a subnet of its own');
  t.is(new Set(leases.map((lease) => lease?.hostAddress)).size, nodes);
  for (const machine of machines) await assertSound(t, machine);
});
