import { either as E } from 'fp-ts';
import { gapSeconds, isSilent } from '../../domain/cluster/lease-ttl.ts';
import { isOver, later, secondsAfter } from '../../domain/cluster/quarantine.ts';
import type { ClusterState, Member } from '../../domain/cluster/state.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { Incarnation } from '../../domain/identity/uuid.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import { hostStream, parseHostStream } from '../../domain/stream.ts';
import type { StreamFailure } from '../stream-failure.ts';
import { tellingClockAhead } from './clock-ahead.ts';
import { countsBy, type Uncounted } from './counts-by.ts';
import { lastWord } from './last-word.ts';
import type { AllocatorPorts, Asked } from './read-asked.ts';

/** How often all members are looked at: so many times in a TTL. */
const looksPerTtl = 8;

/** Why a silent holder's lease is not taken back. */
const stays: Readonly<Record<Uncounted | 'stamped-ahead', string>> = {
  'never-learnt':
    'a node is silent that never said that it knows of the TTL, or of its return: its lease stays its own',
  'restored-since':
    'a node is silent that was not heard of since the log was restored: its lease stays its own',
  'stamped-ahead':
    "a node's last word is stamped ahead of the log's clock: until that is over, its lease stays its own",
};

type Heard = { readonly heardAt: string; readonly position: number };

/** A word that stands before this moment in the log, and by its stamp long behind it: the log's clock was put back. */
const isAhead = ({ heardAt, position }: Heard, ttl: number, { recordedAt, position: here }: RecordedEvent) =>
  position <= here && isOver(secondsAfter(recordedAt, gapSeconds(ttl)), heardAt);

/**
 * Takes back, and then releases, what silent holders have, as the log's own stamps show it: to be called with what the allocator follows, behind its
 * decisions. Every word of any node is a moment to look at all of them. Silence counts only while the log is seen to hear somebody, not across a gap in the
 * stamps: the log was away then, or its clock leapt. `decide` appends what is asked.
 */
export const expiring = (
  { store, ids, log }: AllocatorPorts,
  name: ClusterName,
  state: () => Readonly<ClusterState>,
  decide: (asked: ReadonlyArray<Asked>) => Promise<E.Either<StreamFailure, undefined>>,
): ((events: ReadonlyArray<RecordedEvent>) => Promise<E.Either<StreamFailure, undefined>>) => {
  let watched: { readonly ttl: number; readonly since: string } | undefined;
  let last: string | undefined;
  let lookedAt: string | undefined;
  /** No later than the last word of each life. */
  let heard = new Map<Incarnation, Heard>();
  const told = new Set<string>();
  const tellClockAhead = tellingClockAhead(log);

  const watch = (ttl: number, stamp: string): string => {
    const leapt = last === undefined || stamp < last || isOver(secondsAfter(last, gapSeconds(ttl)), stamp);
    if (watched?.ttl !== ttl || leapt) {
      watched = { ttl, since: stamp };
      lookedAt = undefined;
    }
    last = stamp;
    return watched.since;
  };

  const tellOnce = (
    why: keyof typeof stays,
    node: NodeName,
    incarnation: Incarnation,
    heardAt: string,
  ): void => {
    const what = `${why}/${incarnation}`;
    const remedy = `when it is gone for good, evioctl attest ${node} --destroyed and evioctl revoke ${node}`;
    if (!told.has(what)) log.warn(stays[why], { node, heardAt, remedy });
    told.add(what);
  };

  const hear = ({ stream, recordedAt: heardAt, position }: RecordedEvent): void => {
    const source = parseHostStream(stream);
    if (source?.cluster !== name) return;
    // Anybody may invent lives of his own node.
    const isMember = state().members.get(source.node)?.incarnation === source.incarnation;
    if (isMember) heard.set(source.incarnation, { heardAt, position });
  };

  const examine = async (
    node: NodeName,
    { incarnation }: Member,
    moment: RecordedEvent,
    { ttl, since }: { readonly ttl: number; readonly since: string },
  ): Promise<E.Either<StreamFailure, undefined>> => {
    const { id, recordedAt: asOf } = moment;
    const life = hostStream(name, node, incarnation);
    const word = await lastWord(store, life);
    if (E.isLeft(word)) return word;
    if (word.right === undefined) return E.right(undefined);
    const { stream, heardAt } = word.right;
    heard.set(incarnation, word.right);
    if (isAhead(word.right, ttl, moment)) tellOnce('stamped-ahead', node, incarnation, heardAt);
    if (!isSilent(later(since, heardAt), ttl, asOf)) return E.right(undefined);
    const counted = await countsBy(store, stream, name, state().epoch);
    if (E.isLeft(counted)) return counted;
    const ttlSeconds = counted.right;
    if (typeof ttlSeconds !== 'number') {
      tellOnce(ttlSeconds, node, incarnation, heardAt);
      return E.right(undefined);
    }
    if (!isSilent(later(since, heardAt), Math.max(ttl, ttlSeconds), asOf)) return E.right(undefined);
    const step = (type: 'expire' | 'release-expired') => {
      const command = { type, node, incarnation, heardAt, ttlSeconds, asOf } as const;
      const commandId = ids.derive(id, `${type}/${incarnation}`);
      return decide([
        { id, node, request: [{ command, cause: { actor: 'allocator', commandId, correlationId: id } }] },
      ]);
    };
    const takenBack = await step('expire');
    if (E.isLeft(takenBack)) return takenBack;
    // Who spoke meanwhile is heard, and who speaks from here on reads that the lease is taken back.
    const again = await lastWord(store, life);
    if (E.isLeft(again) || again.right?.heardAt !== heardAt) return E.map(() => undefined)(again);
    const released = await step('release-expired');
    const held = state().members.get(node)?.leases.length ?? 0;
    if (E.isRight(released) && held === 0)
      log.warn('a lease expired: nothing was heard of its holder for longer than its TTL', { node, heardAt });
    return released;
  };

  return async (events) => {
    const ttl = state().configuration?.leaseTtlSeconds;
    if (ttl === undefined) {
      watched = undefined;
      return E.right(undefined);
    }
    tellClockAhead(events);
    let since = '';
    for (const recorded of events) {
      since = watch(ttl, recorded.recordedAt);
      hear(recorded);
    }
    const moment = events.at(-1);
    if (moment === undefined || !isSilent(since, ttl, moment.recordedAt)) return E.right(undefined);
    const { recordedAt: asOf } = moment;
    if (lookedAt !== undefined && !isOver(secondsAfter(lookedAt, Math.ceil(ttl / looksPerTtl)), asOf))
      return E.right(undefined);
    lookedAt = asOf;
    const { members } = state();
    heard = new Map(
      [...members.values()].flatMap(({ incarnation }) => {
        const at = heard.get(incarnation);
        return at === undefined ? [] : [[incarnation, at] as const];
      }),
    );
    for (const [node, member] of [...members]) {
      if (member.leases.length === 0 || member.attested !== undefined) continue;
      const word = heard.get(member.incarnation);
      const isDue =
        isSilent(later(since, word?.heardAt ?? since), ttl, asOf) ||
        (word !== undefined && isAhead(word, ttl, moment));
      if (!isDue) continue;
      const examined = await examine(node, member, moment, { ttl, since });
      if (E.isLeft(examined)) return examined;
    }
    return E.right(undefined);
  };
};
