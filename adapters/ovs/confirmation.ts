import { mutate, type Operation, select } from './operations.ts';
import type { Replica } from './replica.ts';
import type { OperationResult } from './transact.ts';

/** At the end of a transaction: asks ovs-vswitchd to say, in `cur_cfg`, when it has applied it. */
export const askForConfirmation: ReadonlyArray<Operation> = [
  mutate('Open_vSwitch', [], ['next_cfg', '+=', 1]),
  select('Open_vSwitch', [], ['next_cfg']),
];

/** The number that a transaction ending in `askForConfirmation` waits for. */
export const requestedCfg = (results: ReadonlyArray<OperationResult>): number => {
  const value = results.at(-1)?.rows?.[0]?.['next_cfg'];
  return typeof value === 'number' ? value : 0;
};

export const isApplied = (replica: Replica, cfg: number): boolean => (replica.root()?.curCfg ?? 0) >= cfg;
