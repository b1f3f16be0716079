import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import type { ClusterEvent } from '../../domain/cluster/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { AskFailure } from '../ask.ts';
import { commandCluster } from '../ledger/command-cluster.ts';
import type { Context } from './context.ts';

const usualCluster = 'evio' as ClusterName;

/** An operator's decision in the log that `--ledger` names. */
export const decideInLedger = async (
  { ledger, commanding }: Context,
  cluster: ClusterName | undefined,
  command: ClusterCommand,
): Promise<E.Either<AskFailure, ReadonlyArray<ClusterEvent>>> => {
  const address = ledger.address();
  if (E.isLeft(address)) return E.left({ type: 'violations', violations: address.left });
  if (address.right === undefined)
    return E.left({ type: 'refused', msg: 'no ledger is named', remedy: 'name it with --ledger' });
  const where = { log: '', ledger: address.right, cluster: cluster ?? usualCluster };
  const decided = await commandCluster(commanding, where, command);
  return E.isLeft(decided) ? E.left({ type: 'refused', ...decided.left }) : decided;
};
