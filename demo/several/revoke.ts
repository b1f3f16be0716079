import { eventually } from '../../test/support/node.ts';
import { refusalOf } from '../../test/support/scene.ts';
import { chapter, expect, step } from '../narrate.ts';
import { callOf, showCtl } from '../pod.ts';
import { compareCopies } from './copies.ts';
import type { Machine } from './machine.ts';
import { delPod, podsRun } from './pods.ts';
import type { World } from './world.ts';

const reason = 'the rack moves';

const fenced = async ({ node, makePod }: Machine): Promise<void> => {
  await step(
    'the node learns of it: STATUS is 50',
    async () => {
      await eventually('it is fenced', async () => (await node.status()).fence);
      const { code, msg } = refusalOf(await node.cni('STATUS', { cniVersion: '1.1.0' }));
      expect(code === 50, `STATUS is ${code}`);
      return msg;
    },
    (msg) => msg,
  );
  await step(
    'ADD is refused',
    async () => {
      const { code, msg } = refusalOf(await node.cni('ADD', callOf(await makePod())));
      expect(code === 11 && msg.includes(reason), `ADD says ${code}: ${msg}`);
      return `${code}: ${msg}`;
    },
    (words) => words,
  );
};

/** A lease is taken back under running pods: fenced, kept by them, given back with the last one, as another node knows too. */
export const revoke = async (world: World, machine: Machine, witness: Machine): Promise<void> => {
  const { ledger, podsOn } = world;
  const { name, node } = machine;
  chapter(`The operator takes back what ${name} holds`);
  const subnet = String((await node.status()).lease?.subnets[0]);
  await ledger.show('revoke', name, '--reason', reason);
  await fenced(machine);
  await step(
    'its pods run on',
    () => podsRun(world, machine),
    (count) => `${count} pods`,
  );
  while (podsOn(machine).size > 1) await delPod(world, machine);
  await step('with one pod left the lease is still held', async () => {
    const leases = await ledger.ctl('leases');
    expect(/ revoked /.test(leases.split('\n').find((line) => line.includes(subnet)) ?? ''), leases);
  });
  await step(`the last pod of ${name} goes, and the subnet with it`, async () => {
    await delPod(world, machine);
    await eventually('the subnet is released', async () =>
      (await ledger.ctl('leases')).includes(subnet) ? undefined : true,
    );
  });
  await compareCopies(world, [machine]);
  await ledger.showLast(4);
  await step(`nobody gets ${subnet} before its quarantine is over`, async () => {
    const leases = await witness.node.evioctl('leases');
    expect(new RegExp(`^${subnet}.* released .*Z$`, 'm').test(leases.out), leases.out);
  });
  await showCtl(witness.node, 'leases');
};
