import type { Played } from '../hunting.ts';
import { playing } from '../playing.ts';
import { act } from './act.ts';
import { finish } from './ending.ts';
import { makeClusterWorld } from './make-world.ts';
import { checkState } from './promises/state.ts';
import type { ClusterSeams } from './seams.ts';
import type { ClusterStep } from './step.ts';
import type { ClusterWorld } from './world.ts';

/** Every log's content in one text: equal texts are equal histories. */
const logText = ({ ledger, hosts }: ClusterWorld): string =>
  [ledger, ...hosts].flatMap(({ disk }) => disk.logHashes()).join('\n');

/** Of an ending, for each node: its timers, and what it ships and learns. */
const stepsPerNode = 3000;

/** Plays a history in a fresh world: until its end and through the ending, or until a promise breaks. */
export const playCluster =
  (nodes: number) =>
  async (
    seed: number,
    history: ReadonlyArray<ClusterStep>,
    seams: ClusterSeams,
    tell: (line: string) => void = () => undefined,
  ): Promise<Played> => {
    const world = makeClusterWorld(seed, nodes, seams);
    const longest = 20_000 + nodes * stepsPerNode;
    // One at a time: each has its turn, and a thousand cost no more than one.
    const whenQuiet = (): void => {
      const host = world.hosts[world.steps % world.hosts.length];
      if (host !== undefined) checkState(world, host);
    };
    const { perform, settle } = playing(world, { whenQuiet, tell, longest });
    let played = 0;
    for (const step of history) {
      played += 1;
      await perform(() => act(world, step));
      if (world.broken !== undefined) break;
    }
    if (world.broken === undefined) {
      tell('\tthe network is whole again, and everything runs');
      await finish(world, settle);
    }
    return { steps: world.steps, played, broken: world.broken, log: logText(world) };
  };
