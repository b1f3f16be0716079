import { either as E } from 'fp-ts';
import type { NodeName } from '../identity/node-name.ts';
import type { HeldSubnets } from '../import-source.ts';
import type { IpAddress } from '../ip/address.ts';
import { isPlace } from '../ip/row.ts';
import { chooseHostAddress } from './choose-subnet.ts';
import { contesterOf, isContested } from './contests.ts';
import type { LeasingResumed, LogRestored } from './events.ts';
import type { ClusterFailure, LeasingPaused } from './failure.ts';
import type { ClusterState } from './state.ts';

/** The first generation of programs that reads `LogRestored` and `LeasingResumed`. */
const restoreReader = 5;

/**
 * Left: the log was restored, so nodes that it does not know may hold anything that looks free; until an operator says that none does,
 * nothing is chosen.
 */
export const mayChoose = ({ epoch, resumed }: ClusterState): E.Either<LeasingPaused, undefined> =>
  epoch === undefined || epoch === resumed ? E.right(undefined) : E.left({ type: 'leasing-paused', epoch });

/** Where older programs read along it is left out: they would stop at it. */
export const recordRestore = (
  { epoch: last, configuration }: ClusterState,
  { epoch, backup }: Pick<LogRestored, 'epoch' | 'backup'>,
): ReadonlyArray<LogRestored> =>
  last === epoch || configuration === undefined || configuration.minReader < restoreReader
    ? []
    : [{ type: 'LogRestored', epoch, backup }];

export const resume = (state: ClusterState, reason: string): ReadonlyArray<LeasingResumed> =>
  E.isRight(mayChoose(state)) ? [] : [{ type: 'LeasingResumed', reason }];

/** The host address that a node says it has, or by policy the next one. */
export const hostAddressFor = (
  state: ClusterState,
  node: NodeName,
  held: HeldSubnets | undefined,
  asOf: string,
): E.Either<ClusterFailure, IpAddress> => {
  const { configuration, pools } = state;
  if (configuration === undefined || pools === undefined) return E.left({ type: 'not-configured' });
  const { hostCidr, quarantineSeconds } = configuration;
  const hostAddress = held?.hostAddress;
  if (hostAddress === undefined) {
    const paused = mayChoose(state);
    return E.isLeft(paused)
      ? paused
      : chooseHostAddress(hostCidr, pools.hostAddresses, quarantineSeconds, asOf, isContested(state));
  }
  const holder = pools.hostAddresses.held.get(hostAddress) ?? contesterOf(state, hostAddress, node);
  return holder === undefined && isPlace(pools.hostAddresses.row, hostAddress)
    ? E.right(hostAddress)
    : E.left({ type: 'host-address-refused', node, hostAddress, hostCidr, holder });
};
