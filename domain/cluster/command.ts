import type { either as E } from 'fp-ts';
import type { MachineHints } from '../identity/machine-hints.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import type { HeldSubnets } from '../import-source.ts';
import type { IpAddress } from '../ip/address.ts';
import type { Cidr } from '../ip/cidr.ts';
import type { WantedConfiguration } from './configuration.ts';
import type { ClusterEvent, LifeHead, LogRestored, SubnetReleased } from './events.ts';
import type { ClusterFailure } from './failure.ts';

/** How long a life has not been heard of, by the cluster log's own stamps. */
export type Silence = {
  readonly node: NodeName;
  readonly incarnation: Incarnation;
  readonly heardAt: string;
  /** By which the life itself counts, as its stream says. */
  readonly ttlSeconds: number;
  readonly asOf: string;
};

/** `asOf` is the cluster log's own stamp of the request, RFC 3339: the only time that decides. */
export type ClusterCommand =
  /** Without `minReader` a cluster keeps its own; a new one has no older program than this to mind. */
  | ({ readonly type: 'configure' } & WantedConfiguration)
  | {
      readonly type: 'join';
      readonly node: NodeName;
      readonly incarnation: Incarnation;
      readonly publicKey: string;
      readonly held?: HeldSubnets | undefined;
      readonly hints?: MachineHints | undefined;
      /** The node says that its life before this one is over. */
      readonly replace?: boolean | undefined;
      /** Where the life ends that is the member, as the log has it; of another life than this one. */
      readonly head?: LifeHead | undefined;
      readonly asOf: string;
    }
  /** For a member whose lease was released. */
  | {
      readonly type: 'lease';
      readonly node: NodeName;
      readonly incarnation: Incarnation;
      readonly held?: HeldSubnets | undefined;
      readonly asOf: string;
    }
  /** For a member whose subnets are full: `full` are all that it has of the families it wants more of. */
  | {
      readonly type: 'lease-more';
      readonly node: NodeName;
      readonly incarnation: Incarnation;
      readonly full: ReadonlyArray<Cidr>;
      readonly asOf: string;
    }
  | { readonly type: 'revoke'; readonly node: NodeName; readonly reason: string }
  | {
      readonly type: 'release';
      readonly node: NodeName;
      /** Whose request it is; absent where no life asks for itself. */
      readonly incarnation?: Incarnation | undefined;
      /** All that the node holds when absent. */
      readonly subnets?: ReadonlyArray<Cidr> | undefined;
      readonly by: SubnetReleased['by'];
      readonly asOf: string;
    }
  /** In a log that was restored: what the node holds; without a host address, nothing. */
  | {
      readonly type: 'present';
      readonly node: NodeName;
      readonly incarnation: Incarnation;
      readonly publicKey: string;
      readonly subnets: ReadonlyArray<Cidr>;
      readonly hostAddress?: IpAddress | undefined;
      /** As of `join`. */
      readonly head?: LifeHead | undefined;
      readonly epoch: number;
      readonly asOf: string;
    }
  /** Once for each epoch. */
  | ({ readonly type: 'record-restore' } & Pick<LogRestored, 'epoch' | 'backup'>)
  /** Ends the pause that a restore begins: whoever says so knows that all that is held is in the log again. */
  | { readonly type: 'resume'; readonly reason: string }
  | {
      readonly type: 'leave';
      readonly node: NodeName;
      /** As of `release`. */
      readonly incarnation?: Incarnation | undefined;
      readonly asOf: string;
    }
  /** An operator's word: that life is destroyed. Whichever is the member when no incarnation is named. */
  | {
      readonly type: 'attest';
      readonly node: NodeName;
      readonly incarnation?: Incarnation | undefined;
      readonly reason: string;
    }
  /** Says to the life that asked why nothing follows from its `request`, an event of its own stream. */
  | {
      readonly type: 'refuse';
      readonly node: NodeName;
      readonly incarnation: Incarnation;
      readonly request: string;
      readonly failure: ClusterFailure;
    }
  /** Takes back what a silent life holds: nothing was heard of it since `heardAt`. */
  | ({ readonly type: 'expire' } & Silence)
  /** The same, looked for again when all of it was taken back: it is released. */
  | ({ readonly type: 'release-expired' } & Silence)
  /** Gives back what a destroyed life held, once the cluster wants it back. `asOf`: of the event that says so. */
  | {
      readonly type: 'release-destroyed';
      readonly node: NodeName;
      readonly asOf: string;
    };

export type Command<Type extends ClusterCommand['type']> = Extract<ClusterCommand, { readonly type: Type }>;

/** What follows from a command, or why it is refused. */
export type Decision = E.Either<ClusterFailure, ReadonlyArray<ClusterEvent>>;
