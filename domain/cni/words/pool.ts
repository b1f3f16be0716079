import type { PoolFailure } from '../../host/ipam/failure.ts';
import { codes } from '../error.ts';
import { list, type WordsFor } from './words.ts';

/** As host-local says it, which knows no codes: whoever reads its messages must not have to learn ours. */
const forSet = (set: number, msg: string, details: string) => ({
  code: codes.internal,
  msg: `failed to allocate for range ${set}: ${msg}`,
  details,
});

/** What a network's pool refuses. */
export const poolWords: WordsFor<PoolFailure> = {
  'pool-duplicate': ({ set, address, containerId }) =>
    forSet(
      set,
      `${address} has been allocated to ${containerId}, duplicate allocation is not allowed`,
      'the attachment was left as it is; DEL it before adding it again',
    ),
  'pool-exhausted': ({ set, ranges }) =>
    forSet(
      set,
      `no IP addresses available in range set: ${ranges}`,
      'delete containers of this network, or widen "ranges"; the files in its dataDir say who holds which address',
    ),
  'pool-requested-gateway': ({ set, address }) =>
    forSet(set, `requested ip ${address} is subnet's gateway`, 'ask for another address, or for none'),
  'pool-requested-taken': ({ set, address, ranges }) =>
    forSet(
      set,
      `requested IP address ${address} is not available in range set ${ranges}`,
      'the file of that name in the dataDir of the network says who holds it; ask for another address, or for none',
    ),
  'pool-requested-left': ({ addresses }) => ({
    code: codes.internal,
    msg: `failed to allocate all requested IPs: ${list(addresses, ' ')}`,
    details: 'ask for one address of each set of "ranges" at most, inside of it',
  }),
};
