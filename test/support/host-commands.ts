import type { HostCommand } from '../../domain/host/command.ts';
import type { IpAddress } from '../../domain/ip/address.ts';
import type { Dice } from '../../simulator/random.ts';
import { cidr, ip, leaseObserved, nodeName } from './events.ts';
import { addPod, deletePod, wirePod } from './host.ts';
import { allocate, release, takeOver } from './pool.ts';

/** Sixteen addresses, thirteen to give: it runs full, and every address is given again and again. */
const subnets = ['10.244.0.0/28', '10.244.1.0/28'].map(cidr);

/** Mostly an address of a lease that may hold; now and then one that is never given or lies outside. */
const address = (roll: Dice): IpAddress => ip(`10.244.${roll(3)}.${roll(18)}`);

/** Of a pool of five addresses, which host-local was used on as well. */
const poolCommand = (roll: Dice, container: string): HostCommand => {
  const kind = roll(10);
  const one = ip(`10.1.2.${roll(9)}`);
  if (kind < 4) return allocate(container, { requestId: `request-${roll(3)}` });
  if (kind < 5) return allocate(container, { requestedAddresses: [one] });
  if (kind < 6) return allocate(container, { found: { last: new Map([[0, one]]), taken: new Set([one]) } });
  if (kind < 7) return takeOver({ containerId: container, ifname: 'eth0', addresses: [one] });
  return release(container);
};

/** Where the life before ended; of use with the first lease alone. */
const continues = { stream: 'host-evio:node-1:former', revision: 7, hash: 'ab'.repeat(32) };

/** One address each: full with the first pod. */
const tiny = ['10.244.2.0/30', '10.244.2.4/30'].map(cidr);

/** Of a lease that may come to have both subnets. */
const elasticCommand = (roll: Dice, step: number): HostCommand => {
  const kind = roll(20);
  const { type: _, ...lease } = leaseObserved;
  const some = roll(2) === 0 ? tiny : tiny.slice(0, 1);
  const elastic = {
    subnets: some,
    minReader: 6,
    maxSubnetsPerNode: 2,
    clusterRevision: step,
    heldNothingAt: roll(2) * step,
  };
  if (kind < 6) return { type: 'observe-lease', ...lease, ...elastic, continues };
  if (kind < 12) return { type: 'request-subnets', again: roll(2) === 0 };
  if (kind === 19)
    return {
      type: 'present-lease',
      publicKey: 'key',
      epoch: step,
      minReader: 5 + roll(2),
      clusterRevision: step,
    };
  return kind < 18 ? { type: 'retire-subnets', subnets: tiny } : { type: 'surrender-retired' };
};

/**
 * One command of a node's life. Repeated ADDs, DELs of what is not there, addresses that others hold: most of what may be
 * refused is. `clusterRevision` rises with `step`, as the cluster stream's does.
 */
export const randomCommand = (roll: Dice, step: number): HostCommand => {
  const container = `c${roll(24)}`;
  const kind = roll(144);
  if (kind >= 140) return { type: 'renew-lease' };
  if (kind >= 115) return elasticCommand(roll, step);
  if (kind >= 100) return poolCommand(roll, container);
  if (kind < 36) return addPod(container, { requestId: `request-${roll(3)}` });
  if (kind < 46) return addPod(container, { requestedAddresses: [address(roll)] });
  if (kind < 66) return wirePod(container);
  if (kind < 90) return deletePod(container);
  if (kind < 92) return { type: 'start', bootId: roll(3) === 0 ? `boot-${step}` : 'boot' };
  if (kind < 93) return { type: 'request-leave' };
  if (kind < 95) return { type: 'observe-fence', reason: 'replaced', clusterRevision: step };
  if (kind < 97) return { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' };
  const { type: _, ...lease } = leaseObserved;
  const subnet = subnets[roll(subnets.length)] ?? cidr('10.244.0.0/28');
  return {
    type: 'observe-lease',
    ...lease,
    subnets: [subnet],
    clusterRevision: step,
    heldNothingAt: step,
    continues,
    ...(roll(2) === 0 ? { minReader: 7, leaseTtlSeconds: 60 } : {}),
  };
};
