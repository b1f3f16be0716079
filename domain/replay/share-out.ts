import type { StreamHead } from '../port/event-store.ts';
import { parseHostStream } from '../stream.ts';

/** A log's streams in two shares that know nothing of each other: all clusters are in the first, no node is in both. */
export type Shares = {
  readonly own: ReadonlyArray<string>;
  /** For another thread. */
  readonly other: ReadonlyArray<string>;
};

/** What one thread folds while another one starts. */
const headStart = 100_000;

/** A share of fewer events is folded sooner than handed over. */
const worthAThread = 50_000;

type Counted = { readonly streams: ReadonlyArray<string>; readonly events: number };

const counted = (heads: ReadonlyArray<Head>): Counted => ({
  streams: heads.map(({ stream }) => stream),
  events: heads.reduce((sum, { revision }) => sum + revision + 1, 0),
});

type Head = Pick<StreamHead, 'revision'> & { readonly stream: string };

/** One life of a node may say what became of another's pods. */
const nodeOf = ({ stream }: Head): string => {
  const named = parseHostStream(stream);
  return named === undefined ? stream : `${named.cluster}:${named.node}`;
};

/**
 * Shares the streams that say what is held out to two threads, of which the second one starts now, by their events: node by node, the
 * largest first. `undefined`: one thread is sooner done with all, for there is little or nearly all of it is one node's.
 */
export const shareOut = (heads: ReadonlyArray<Head>): Shares | undefined => {
  const nodes = Map.groupBy(
    heads.filter(({ stream }) => stream.startsWith('host-')),
    nodeOf,
  );
  const clusters = counted(heads.filter(({ stream }) => stream.startsWith('cluster-')));
  const own = [...clusters.streams];
  const other: string[] = [];
  let [ofOwn, ofOther] = [clusters.events, headStart];
  for (const { streams, events } of [...nodes.values()].map(counted).sort((a, b) => b.events - a.events)) {
    if (ofOther < ofOwn) {
      other.push(...streams);
      ofOther += events;
    } else {
      own.push(...streams);
      ofOwn += events;
    }
  }
  return ofOther - headStart < worthAThread ? undefined : { own, other };
};
