import { either as E } from 'fp-ts';
import type { PortVlans, SwitchFailure } from '../../domain/port/switch.ts';
import { askForConfirmation, isApplied, requestedCfg } from './confirmation.ts';
import { setGuard } from './guarded.ts';
import type { Session } from './session.ts';
import { unreachable } from './transact.ts';
import { until } from './until.ts';

/** Right when ovs-vswitchd forwards by it. */
export const setGuarded = async (
  session: Session,
  names: ReadonlyArray<string>,
  guarded: boolean,
  vlans: ReadonlyMap<string, PortVlans>,
  timeoutMs: number,
): Promise<E.Either<SwitchFailure, void>> => {
  const current = await session.live();
  if (E.isLeft(current)) return current;
  const live = current.right;
  const results = await live.transact([
    ...names.map((name) => setGuard(name, guarded, vlans.get(name) ?? {})),
    ...askForConfirmation,
  ]);
  if (E.isLeft(results)) return E.left(unreachable(results.left.reason));
  const cfg = requestedCfg(results.right);
  const applied = await until(live, timeoutMs, (replica) => (isApplied(replica, cfg) ? true : undefined));
  if (applied.type === 'seen') return E.right(undefined);
  return E.left(
    unreachable(
      applied.type === 'ended' ? applied.reason : `ovs-vswitchd has not applied it within ${timeoutMs} ms`,
    ),
  );
};
