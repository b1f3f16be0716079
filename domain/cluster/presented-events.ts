import * as t from 'io-ts';
import { NodeName } from '../identity/node-name.ts';
import { Incarnation } from '../identity/uuid.ts';
import { Integer } from '../integer.ts';

/** What a node says that it holds, and cannot have. */
export const Contested = t.exact(
  t.intersection([
    /** A subnet or a host address. */
    t.type({ place: t.string }),
    /**
     * Who holds it; the node itself where another life of it is the member; absent where it is no place of the cluster's configuration.
     */
    t.partial({ holder: NodeName }),
  ]),
);
export type Contested = t.TypeOf<typeof Contested>;

/**
 * A node said, behind the restoring of the log, what it holds. What of it nobody else has was leased to it again; `contested` is what
 * remains. This shape is the storage format (`events.ts` says the rules); it is generation 6.
 */
export const NodePresented = t.exact(
  t.intersection([
    t.type({
      type: t.literal('NodePresented'),
      node: NodeName,
      incarnation: Incarnation,
      epoch: Integer,
      contested: t.readonlyArray(Contested),
    }),
    /** Where the node gave back what was contested: the quarantine of what nobody holds counts from here. RFC 3339 UTC. */
    t.partial({ asOf: t.string }),
  ]),
);
export type NodePresented = t.TypeOf<typeof NodePresented>;

const holderWords = (holder: NodeName, node: NodeName): string =>
  holder === node ? `another life of ${node}` : holder;

/** `10.244.3.0/24 is held by n4; 10.10.0.9 cannot be this node's` */
export const contestedWords = (node: NodeName, contested: ReadonlyArray<Contested>): string =>
  contested
    .map(({ place, holder }) =>
      holder === undefined
        ? `${place} cannot be this node's`
        : `${place} is held by ${holderWords(holder, node)}`,
    )
    .join('; ');
