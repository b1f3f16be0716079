import { either as E } from 'fp-ts';
import type { Recorded, UnreadableEvent } from '../event.ts';
import { host } from '../host/decider.ts';
import type { HostEvent } from '../host/events.ts';
import type { HostState } from '../host/state.ts';
import type { LeanEvent, LogReader } from '../port/log-reader.ts';
import { type ClusterView, emptyClusterView, viewEvent } from '../projection/cluster-view.ts';

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

/** Folds pages of a log, or of some of its streams, up to and with position `to`; `tick` is told the last position so far. */
export const replayPages = (
  log: Pick<LogReader, 'at'>,
  pages: Iterable<ReadonlyArray<LeanEvent>>,
  to: number,
  tick: (position: number) => void,
): E.Either<NotReplayed, Replayed> => {
  const view = emptyClusterView();
  const hosts = new Map<string, HostState>();
  const evolve = (life: string, { event }: Recorded<HostEvent>): void => {
    if (!ofPods.has(event.type)) hosts.set(life, host.evolve(hosts.get(life) ?? host.initialState(), event));
  };
  for (const page of pages) {
    for (const event of page) {
      const { position } = event;
      if (position > to) return E.right({ view, hosts });
      const unreadable = viewEvent(view, event, evolve);
      // Lean events have no id, and the failure names one.
      if (unreadable !== undefined)
        return E.left({ position, cause: { ...unreadable, id: log.at(position)?.id ?? '' } });
    }
    tick(view.position);
  }
  return E.right({ view, hosts });
};

/** Folds the log up to and with position `to`; `tick` hears how many events are done. */
export const replayLog = (
  log: Pick<LogReader, 'leanPages' | 'at'>,
  to: number,
  tick: (done: number) => void = () => {},
): E.Either<NotReplayed, Replayed> =>
  replayPages(log, log.leanPages(0), to, (position) => tick(position + 1));
