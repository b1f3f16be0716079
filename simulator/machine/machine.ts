import type { Ids } from '../../domain/port/ids.ts';
import type { Loop } from '../loop.ts';
import type { FoldersState } from './address-folders.ts';
import type { Disk } from './disk.ts';
import type { Faults } from './faults.ts';
import type { KernelState } from './kernel.ts';
import type { QueueState } from './queue.ts';
import type { Surroundings } from './surroundings.ts';
import type { SwitchState } from './switch-state.ts';

/** One node, as everything but the agent sees it. */
export type Machine = {
  readonly loop: Loop;
  readonly faults: Faults;
  readonly disk: Disk;
  readonly kernel: KernelState;
  readonly ovs: SwitchState;
  readonly surroundings: Surroundings;
  readonly queue: QueueState;
  readonly folders: FoldersState;
  readonly wall: { offsetMs: number };
  readonly ids: Ids;
};
