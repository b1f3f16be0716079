import type { taskEither as TE } from 'fp-ts';
import type { FlowChange, FlowSeen } from '../ovs/flow.ts';

/**
 * The flows of the node's bridge, over OpenFlow. Only flows that bear our mark in their cookie are ever seen, changed or removed.
 * They live in ovs-vswitchd: its death takes them, and they are written again.
 */
export type FlowTable = {
  /**
   * Our flows. With a cookie those that have it, as far as the switch has told until now: what it answered once is given again
   * until it tells of a change. What it is about to tell is not in it.
   */
  readonly flows: (cookie?: string) => TE.TaskEither<FlowTableFailure, ReadonlyArray<FlowSeen>>;
  /** How many flows of ours there are: one short answer, however many they are. */
  readonly count: () => TE.TaskEither<FlowTableFailure, number>;
  /**
   * Makes the changes in their order and waits until the switch forwards by them. Safe to repeat. Changes asked for by two calls
   * are made in the order of the calls. When one is refused the others are made all the same.
   */
  readonly change: (changes: ReadonlyArray<FlowChange>) => TE.TaskEither<FlowTableFailure, void>;
  /**
   * Calls back when the connection came or went, and when the switch tells that somebody else changed flows of ours, or may have: of
   * which cookies, where that is known. Not every switch tells. The returned function ends it.
   */
  readonly onChange: (listener: (told: FlowsTold) => void) => () => void;
  readonly close: () => Promise<void>;
};

/** The cookies whose flows may be others than they were; `any`: nobody knows which. */
export type FlowsTold = 'any' | ReadonlySet<string>;

export type FlowTableFailure =
  | { readonly type: 'flows-unreachable'; readonly reason: string }
  | { readonly type: 'flow-refused'; readonly reason: string };
