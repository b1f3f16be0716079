import { isDeepStrictEqual } from 'node:util';
import type { Host } from '../host.ts';
import type { ClusterWorld } from '../world.ts';

/** What an agent knows of its host is what its log says. */
export const checkState = ({ breaks }: ClusterWorld, { name, life, history }: Host): void => {
  const live = life?.membership?.host.state();
  if (live !== undefined && !isDeepStrictEqual(live, history.state()))
    breaks('the live state is that of the log', `that of ${name} is another`);
};
