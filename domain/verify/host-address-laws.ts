import { either as E } from 'fp-ts';
import { isGivenAt, type Offer, offer } from '../cluster/choose-subnet.ts';
import { isContested, isContesting } from '../cluster/contests.ts';
import type { ClusterEvent, NodeJoined } from '../cluster/events.ts';
import { familiesOf } from '../cluster/family-pools.ts';
import { mayChoose } from '../cluster/restored.ts';
import { type ClusterState, lifeKey } from '../cluster/state.ts';
import type { JoinRequested } from '../host/events.ts';
import type { IpAddress } from '../ip/address.ts';
import { parseHostStream } from '../stream.ts';
import { broken, type Found } from './broken.ts';
import type { ClusterMemory } from './cluster-memory.ts';
import type { Joining, Offered } from './joining.ts';
import type { Seen } from './seen.ts';

const offeredIn = (state: ClusterState): Offered => {
  const { pools, configuration } = state;
  if (pools === undefined || configuration === undefined) return E.left('no cluster is configured');
  if (E.isLeft(mayChoose(state))) return E.left('leasing is paused since the log was restored');
  const next = offer(pools.hostAddresses, configuration.quarantineSeconds, isContested(state));
  return next === undefined ? E.left('none is free') : E.right(next);
};

/** The offer that the address is; `undefined` where the policy offers another one, or none. */
const offerOf = (offered: Offered, hostAddress: IpAddress): Offer | undefined =>
  E.isRight(offered) && offered.right.place === hostAddress ? offered.right : undefined;

/**
 * No two nodes have one. Whether it is the policy's choice is seen with the events beside it; who says that it uses what it cannot have
 * presents, and one that its request named was not chosen.
 */
export const ofNodeJoined = (memory: ClusterMemory, joined: Seen<NodeJoined>): Found | undefined => {
  const { state, hostAddresses, asked } = memory;
  const { node, incarnation, hostAddress } = joined.event;
  const held = hostAddresses.get(hostAddress);
  if (held !== undefined && held.node !== node)
    return broken('host-address-once', `${hostAddress} free`, `held by ${held.node}`, held);
  const named = asked.get(lifeKey(node, incarnation));
  if (named?.has(hostAddress) || isContesting(state, joined.event)) return undefined;
  const offered = offeredIn(state);
  const own = offerOf(offered, hostAddress);
  if (own !== undefined && own.freeAt === undefined) return undefined;
  const leases = familiesOf(state).length;
  memory.joining = { joined, offered, isAsked: named !== undefined, leases, asOf: undefined };
  return undefined;
};

const judge = ({ joined, offered, asOf }: Joining): Found | undefined => {
  const { event, position, stream, revision } = joined;
  const { hostAddress } = event;
  const own = offerOf(offered, hostAddress);
  if (own !== undefined && (asOf === undefined || isGivenAt(own, asOf))) return undefined;
  const chosen = E.isLeft(offered) ? `a refusal: ${offered.left}` : offered.right.place;
  const found =
    own === undefined
      ? broken('host-address-choice', chosen, hostAddress)
      : broken(
          'host-address-choice',
          `a refusal: none is free before ${own.freeAt}`,
          `${hostAddress}, as of ${asOf}`,
        );
  return { ...found, by: { position, stream, revision, event: event.type } };
};

/**
 * What the event behind it tells of who joined last. A lease or a word that it presented says that it brought its host address along.
 * So may one that took its subnet over with the pods in it: what it asked for stands in its own stream, which not every log has. A log
 * that ends before all this is told is not judged.
 */
export const ofJoining = (memory: ClusterMemory, event: ClusterEvent): Found | undefined => {
  const { joining, state } = memory;
  if (joining === undefined) return undefined;
  memory.joining = undefined;
  const { node, incarnation } = joining.joined.event;
  if (event.type === 'NodePresented' && event.node === node && event.incarnation === incarnation)
    return event.epoch === state.epoch ? undefined : judge(joining);
  // The copy that the log was restored from may have ended within the decision.
  if (event.type === 'LogRestored') return undefined;
  if (event.type !== 'SubnetLeased' || event.node !== node) return judge(joining);
  if (event.presented !== undefined || (event.from !== undefined && !joining.isAsked)) return undefined;
  const told = { ...joining, leases: joining.leases - 1, asOf: event.asOf };
  // A lease of another family may yet tell that the node was taken over.
  if (!joining.isAsked && told.leases > 0) memory.joining = told;
  else return judge(told);
  return undefined;
};

/** Which host address a life asks for; that it names none is told, too. */
export const rememberRequest = (
  { asked, state }: ClusterMemory,
  stream: string,
  event: JoinRequested,
): void => {
  const life = parseHostStream(stream);
  // A member asks for a lease only.
  if (life === undefined || state.members.get(life.node)?.incarnation === life.incarnation) return;
  const key = lifeKey(life.node, life.incarnation);
  const named = asked.get(key) ?? new Set();
  if (event.held?.hostAddress !== undefined) named.add(event.held.hostAddress);
  asked.set(key, named);
};
