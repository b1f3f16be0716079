import { either as E } from 'fp-ts';
import type { IpAddress } from '../ip/address.ts';
import type { Cidr } from '../ip/cidr.ts';
import { nextFree, type Pool } from '../ip/pool.ts';
import type { NoFreeHostAddress, NoFreeSubnet } from './failure.ts';
import { isOver, secondsAfter } from './quarantine.ts';

/**
 * The lowest place never given, then the longest released one whose quarantine is over: one look at the pool, whatever it
 * holds. Time alone frees nothing: only released places stand in the pool's queue. On the left, when the next one will
 * be free; `undefined` when all are held. What `isKept` names is passed by.
 */
const choose = (
  pool: Pool,
  quarantineSeconds: number,
  asOf: string,
  isKept: (place: string) => boolean,
): E.Either<string | undefined, string> => {
  const free = nextFree(pool, isKept);
  if (free === undefined) return E.left(undefined);
  if (free.returnedAt === undefined) return E.right(free.place);
  const end = secondsAfter(free.returnedAt, quarantineSeconds);
  return isOver(end, asOf) ? E.right(free.place) : E.left(end);
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
