import type { either as E } from 'fp-ts';
import type { UnreadableEvent } from '../event.ts';
import type { IpAddress } from '../ip/address.ts';
import type { Boot, Horizon, StepBack } from '../projection/horizon.ts';
import type { AllocationSpan, Grant, Period } from '../projection/ownership-span.ts';
import type { Point } from '../time/point.ts';
import type { LogEnd, LogReader } from './log-reader.ts';

/** Which log an index tells of, and to which end. */
export type IndexedLog = {
  readonly logId: string;
  readonly end: LogEnd | undefined;
  /** What the index lacks, in order: the life whose events up to this position are in an archive that was not given. */
  readonly gaps: ReadonlyArray<{
    readonly stream: string;
    readonly position: number;
    readonly recordedAt: string;
    readonly archive: string;
  }>;
};

/**
 * A log's allocations, leases and members, found by address, time and name without reading the log. It is derived from the
 * log and only a cache. Everything is synchronous; spans come in the order of position in which they began.
 */
export type OwnershipIndex = {
  readonly log: IndexedLog;
  readonly allocationsOf: (address: IpAddress, period: Period) => ReadonlyArray<AllocationSpan>;
  /** Those that lasted at the point: by the writers' clocks at a moment, by the log at a position. */
  readonly allocationsAt: (point: Point) => ReadonlyArray<AllocationSpan>;
  /** Leases of a subnet that holds the address, and members whose host address it is. */
  readonly grantsOf: (address: IpAddress, period: Period) => ReadonlyArray<Grant>;
  readonly grantsAt: (point: Point) => ReadonlyArray<Grant>;
  /** All spans of pods with this name; `namespace/name` or the name alone. */
  readonly allocationsOfPod: (name: string) => ReadonlyArray<AllocationSpan>;
  /** All spans of container ids that begin so. */
  readonly allocationsOfContainer: (prefix: string) => ReadonlyArray<AllocationSpan>;
  readonly grantsOfNode: (node: string) => ReadonlyArray<Grant>;
  readonly grantsOfSubnet: (subnet: string) => ReadonlyArray<Grant>;
  /** How far each stream is known; at a position: how far it was, of the streams that had begun. */
  readonly horizons: (position?: number) => ReadonlyArray<Horizon>;
  /** The starts of a stream's agent, in order. */
  readonly boots: (stream: string) => ReadonlyArray<Boot>;
  readonly stepsBack: (stream: string) => ReadonlyArray<StepBack>;
  readonly close: () => void;
};

export type IndexFailure =
  /** The log holds an event that this program cannot read: behind it nothing can be said. */
  | { readonly type: 'unreadable-event'; readonly position: number; readonly cause: UnreadableEvent }
  | { readonly type: 'index-unavailable'; readonly path: string; readonly reason: string };

/** Opens the index of a log as the reader sees it: made when it is missing or wrong, brought up to the log's end when it is behind. */
export type OpenOwnershipIndex = (
  log: LogReader,
  /** So many events are read now. */
  onProgress: (position: number) => void,
) => E.Either<IndexFailure, OwnershipIndex>;
