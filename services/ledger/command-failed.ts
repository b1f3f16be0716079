import { type LogAddress, withoutPassword } from '../../domain/connection-string.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { StreamFailure } from '../stream-failure.ts';
import { describeStartFailure, type StartFailure } from './start-failure.ts';
import { unreachedLedger } from './unreachable-ledger.ts';
import type { CommandFailed, Words } from './words.ts';

/** Why the log at this address could not be asked: nothing that was sent to it stands. */
export const unasked =
  (address: LogAddress) =>
  (failure: StartFailure | StreamFailure): Words =>
    failure.type === 'unavailable' && address.store === 'esdb'
      ? unreachedLedger(address.text, failure.reason)
      : describeStartFailure(failure);

/** Why it did not take a decision that was sent. An answer that did not come says nothing of whether it did. */
export const untaken =
  (address: LogAddress) =>
  (failure: StreamFailure): CommandFailed =>
    failure.type === 'unavailable' && address.store === 'esdb'
      ? {
          unanswered: true,
          msg: `the ledger ${withoutPassword(address.text)} did not answer: ${failure.reason}`,
          remedy:
            'it may have been decided all the same: see with evioctl leases or log, with --ledger, or ask again when it answers, what stands is not decided twice',
        }
      : describeStartFailure(failure);

/** A name that is misspelt is no cluster whose nodes have all left. */
export const noCluster = (cluster: ClusterName): Words => ({
  msg: `the log has no cluster ${cluster}`,
  remedy:
    'correct --cluster, or --ledger where another log is meant; evioctl configure --cluster NAME begins a new one',
});
