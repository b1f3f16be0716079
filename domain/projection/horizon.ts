import type { Moment } from '../time/moment.ts';

/** How far a log knows one stream: its last event here. What its writer did since, this log cannot say. */
export type Horizon = {
  readonly stream: string;
  readonly at: Moment;
  readonly position: number;
  readonly revision: number;
  /** The log in which the last event was written: an incarnation. */
  readonly writer: string;
};

/** One start of a node's agent. */
export type Boot = {
  readonly stream: string;
  readonly position: number;
  readonly revision: number;
  readonly at: Moment;
  readonly bootId: string;
  /** Absent: the event does not say. */
  readonly clockSynchronised?: boolean;
};

/** A writer's clock went back: the event at this revision is earlier than the one before it. */
export type StepBack = {
  readonly stream: string;
  readonly position: number;
  readonly revision: number;
  readonly before: Moment;
  readonly after: Moment;
};
