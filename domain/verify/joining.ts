import type { either as E } from 'fp-ts';
import type { Offer } from '../cluster/choose-subnet.ts';
import type { NodeJoined } from '../cluster/events.ts';
import type { Seen } from './seen.ts';

/** What the policy offers, or why it refuses. */
export type Offered = E.Either<string, Offer>;

/**
 * A node that joined, until the leases beside it have told whether the policy chose its host address, and when. `NodeJoined` itself says
 * neither.
 */
export type Joining = {
  readonly joined: Seen<NodeJoined>;
  readonly offered: Offered;
  /** The log has the node's request, and that named no such address. */
  readonly isAsked: boolean;
  /** How many leases may still come with it: one of each family. */
  readonly leases: number;
  /** The stamp by which its quarantine counts, once a lease told it. */
  readonly asOf: string | undefined;
};
