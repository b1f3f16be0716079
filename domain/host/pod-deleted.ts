import * as t from 'io-ts';
import { IpAddress } from '../ip/address.ts';
import { AttachmentId } from './attachment.ts';

/** The reasons that programs of before generation 4 know. */
export const earlierReasons = {
  /** The runtime's DEL. */
  deleted: null,
  /** The runtime's GC no longer lists it. */
  collected: null,
  /** ADD could not finish. */
  'wiring-failed': null,
  /** ADD finished, and nobody waited for its answer any more. */
  unheard: null,
  /** The agent stopped before ADD was answered. */
  interrupted: null,
  /** The machine was down since. */
  rebooted: null,
} as const;

export const DeletionReason = t.keyof({
  ...earlierReasons,
  /** Namespace and link were gone at two sweeps and a look behind them, and no DEL had come. */
  leaked: null,
});
export type DeletionReason = t.TypeOf<typeof DeletionReason>;

const stored = <C extends t.Mixed>(reason: C) => ({
  ...AttachmentId.type.props,
  addresses: t.readonlyArray(IpAddress),
  reason,
});

/** Port and link are gone, and the addresses are free again. */
export const PodDeleted = t.strict({ type: t.literal('PodDeleted'), ...stored(DeletionReason) });
export type PodDeleted = t.TypeOf<typeof PodDeleted>;

/** What was stored when there were fewer reasons. */
export const deletedFor = <C extends t.Mixed>(reason: C) => t.strict(stored(reason));
