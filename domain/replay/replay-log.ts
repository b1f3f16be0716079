import { either as E } from 'fp-ts';
import { decodeEvent, type UnreadableEvent } from '../event.ts';
import { host } from '../host/decider.ts';
import { hostEvents } from '../host/events.ts';
import type { HostState } from '../host/state.ts';
import type { LeanEvent, LogReader } from '../port/log-reader.ts';
import { type ClusterView, emptyClusterView, viewEvent } from '../projection/cluster-view.ts';
import { lifeOf } from '../stream.ts';

/** All that follows from a log up to a position. */
export type Replayed = {
  readonly view: ClusterView;
  /** Each host's life folded without its pods, which are in the view: what it holds, and whether it is on its way back. */
  readonly hosts: Map<string, HostState>;
};

/** Where a replay stopped, and why. */
export type NotReplayed = { readonly position: number; readonly cause: UnreadableEvent };

/** They say nothing of the host itself, and there are a thousand of them for each other event. */
const ofPods: ReadonlySet<string> = new Set(['PodAdded', 'PodWired', 'PodDeleted']);

const decode = decodeEvent(hostEvents);

const replayEvent = ({ view, hosts }: Replayed, event: LeanEvent): UnreadableEvent | undefined => {
  const unreadable = viewEvent(view, event);
  if (unreadable !== undefined || !event.stream.startsWith('host-') || ofPods.has(event.type))
    return unreadable;
  const decoded = decode({ id: '', hash: '', ...event });
  if (E.isLeft(decoded)) return decoded.left;
  const life = lifeOf(event.stream);
  hosts.set(life, host.evolve(hosts.get(life) ?? host.initialState(), decoded.right.event));
  return undefined;
};

/** Folds the log up to and with position `to`; `tick` hears how many events are done. */
export const replayLog = (
  log: Pick<LogReader, 'leanPages' | 'at'>,
  to: number,
  tick: (done: number) => void = () => {},
): E.Either<NotReplayed, Replayed> => {
  const replayed: Replayed = { view: emptyClusterView(), hosts: new Map() };
  for (const page of log.leanPages(0)) {
    for (const event of page) {
      if (event.position > to) return E.right(replayed);
      const { position } = event;
      const unreadable = replayEvent(replayed, event);
      // Lean events have no id, and the failure names one.
      if (unreadable !== undefined)
        return E.left({ position, cause: { ...unreadable, id: log.at(position)?.id ?? '' } });
    }
    tick(replayed.view.position + 1);
  }
  return E.right(replayed);
};
