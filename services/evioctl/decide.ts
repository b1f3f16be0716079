import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import type { ClusterEvent } from '../../domain/cluster/events.ts';
import { withoutPassword } from '../../domain/connection-string.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { AskFailure } from '../ask.ts';
import { commandCluster } from '../ledger/command-cluster.ts';
import type { Context } from './context.ts';
import { whileAwaited } from './while-awaited.ts';

const usualCluster = 'evio' as ClusterName;

const tellEveryMs = 5_000;

/** A ledger that hangs, or whose way there does, is waited for for a minute: a person hears of it. */
const toldMeanwhile = <A>(
  { timer, clock, terminal }: Pick<Context, 'timer' | 'clock' | 'terminal'>,
  ledger: string,
  awaited: Promise<A>,
): Promise<A> => {
  const begunMs = clock.monotonicMs();
  let toldMs = begunMs;
  return whileAwaited(timer, awaited, () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - toldMs >= tellEveryMs) {
      toldMs = nowMs;
      terminal().err(`waiting for the ledger ${ledger} since ${Math.round((nowMs - begunMs) / 1000)} s`);
    }
    return true;
  });
};

/** An operator's decision in the log that `--ledger` names. */
export const decideInLedger = async (
  context: Context,
  cluster: ClusterName | undefined,
  command: ClusterCommand,
): Promise<E.Either<AskFailure, ReadonlyArray<ClusterEvent>>> => {
  const { ledger, commanding } = context;
  const address = ledger.address();
  if (E.isLeft(address)) return E.left({ type: 'violations', violations: address.left });
  if (address.right === undefined)
    return E.left({ type: 'refused', msg: 'no ledger is named', remedy: 'name it with --ledger' });
  const where = {
    log: '',
    ledger: address.right,
    cluster: cluster ?? usualCluster,
    mayBegin: cluster !== undefined,
  };
  const deciding = commandCluster(commanding, where, command);
  const decided = await (address.right.store === 'esdb'
    ? toldMeanwhile(context, withoutPassword(address.right.text), deciding)
    : deciding);
  if (E.isRight(decided)) return decided;
  const { unanswered, ...words } = decided.left;
  return E.left({ type: unanswered === true ? 'no-answer' : 'refused', ...words });
};
