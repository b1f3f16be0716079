import { either as E } from 'fp-ts';
import type { IpAddress } from '../ip/address.ts';
import type { Cidr } from '../ip/cidr.ts';
import { nextFree, type Pool } from '../ip/pool.ts';
import type { NoFreeHostAddress, NoFreeSubnet } from './failure.ts';
import { isOver, secondsAfter } from './quarantine.ts';

/** Which place is next, whenever that may be, and until when its quarantine lasts: RFC 3339 UTC; `undefined` where it has none. */
export type Offer = { readonly place: string; readonly freeAt: string | undefined };

/**
 * The allocator's policy, version 1, by which node subnets and host addresses are chosen: the lowest place never given, then the longest
 * released one, which is given when its quarantine is over, and nothing before it. What `isKept` names is passed by. `undefined` when all
 * are held. One look at the pool, whatever it holds: time alone frees nothing, for only released places stand in the pool's queue.
 *
 * `NodeJoined` and `SubnetLeased` name no version of it: as long as they name none, it is this one, which `verify` runs again. Another
 * rule is another version, and has to be named by the events that it chooses for.
 */
export const offer = (
  pool: Pool,
  quarantineSeconds: number,
  isKept: (place: string) => boolean,
): Offer | undefined => {
  const free = nextFree(pool, isKept);
  return (
    free && {
      place: free.place,
      freeAt: free.returnedAt && secondsAfter(free.returnedAt, quarantineSeconds),
    }
  );
};

export const isGivenAt = ({ freeAt }: Offer, asOf: string): boolean =>
  freeAt === undefined || isOver(freeAt, asOf);

/** The place that is offered; on the left, when it will be free. */
const choose = (
  pool: Pool,
  quarantineSeconds: number,
  asOf: string,
  isKept: (place: string) => boolean,
): E.Either<string | undefined, string> => {
  const next = offer(pool, quarantineSeconds, isKept);
  return next !== undefined && isGivenAt(next, asOf) ? E.right(next.place) : E.left(next?.freeAt);
};

export const chooseSubnet = (
  podCidr: Cidr,
  pool: Pool,
  quarantineSeconds: number,
  asOf: string,
  isKept: (place: string) => boolean,
): E.Either<NoFreeSubnet, Cidr> => {
  const subnet = choose(pool, quarantineSeconds, asOf, isKept);
  return E.isRight(subnet)
    ? E.right(subnet.right as Cidr)
    : E.left({
        type: 'no-free-subnet',
        podCidr,
        capacity: Number(pool.row.count),
        leased: pool.held.size,
        inQuarantine: pool.returned.live.size,
        nextFreeAt: subnet.left,
      });
};

export const chooseHostAddress = (
  hostCidr: Cidr,
  pool: Pool,
  quarantineSeconds: number,
  asOf: string,
  isKept: (place: string) => boolean,
): E.Either<NoFreeHostAddress, IpAddress> => {
  const address = choose(pool, quarantineSeconds, asOf, isKept);
  return E.isRight(address)
    ? E.right(address.right as IpAddress)
    : E.left({
        type: 'no-free-host-address',
        hostCidr,
        capacity: Number(pool.row.count),
        held: pool.held.size,
        inQuarantine: pool.returned.live.size,
        nextFreeAt: address.left,
      });
};
