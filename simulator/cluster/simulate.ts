import { hunting } from '../hunting.ts';
import { dice } from '../random.ts';
import { playCluster } from './play.ts';
import type { ClusterSeams } from './seams.ts';
import { type ClusterStep, generate } from './step.ts';

/** Of so many nodes and their ledger. */
export const simulatorOf = (nodes: number) =>
  hunting<ClusterStep, ClusterSeams>({
    historyOf: (seed, steps) => generate(dice(seed), nodes, steps),
    play: playCluster(nodes),
    sound: {},
  });
