import { either as E } from 'fp-ts';
import { askForConfirmation, requestedCfg } from './confirmation.ts';
import { expectOurs, unplug } from './operations.ts';
import type { PortRow } from './rows.ts';
import type { Live } from './session.ts';
import type { Refused, Unreachable } from './transact.ts';

/**
 * Which names ovs-vswitchd may not yet have let go of, each with the `cur_cfg` that says it has. A port that goes and
 * comes back under its name within one pass of ovs-vswitchd stays attached, in user space, to a link that is gone.
 */
export type LettingGo = Map<string, number>;

/** Takes the port out of its bridge, if it still bears our mark; right once the database has it. */
export const unplugPort = async (
  live: Live,
  lettingGo: LettingGo,
  port: Pick<PortRow, 'uuid' | 'name'>,
): Promise<E.Either<Unreachable | Refused, void>> => {
  const results = await live.transact([expectOurs(port), unplug(port.uuid), ...askForConfirmation]);
  if (E.isLeft(results)) return results;
  forgetApplied(live, lettingGo);
  lettingGo.set(port.name, requestedCfg(results.right));
  return E.right(undefined);
};

const forgetApplied = ({ replica }: Live, lettingGo: LettingGo): void => {
  const applied = replica.root()?.curCfg ?? 0;
  for (const [name, cfg] of lettingGo) if (cfg <= applied) lettingGo.delete(name);
};
