import type { Log } from '../../domain/port/log.ts';
import type { ClusterWorld } from './world.ts';

const quiet = (): void => undefined;

/** Nobody reads the journals here, but for the allocators' refusals in them: they are all of an answer that a node gets. */
export const journal = ({ answered }: ClusterWorld): Log => ({
  debug: quiet,
  info: quiet,
  warn: (_message, { request } = {}) => {
    if (typeof request === 'string') answered.add(request);
  },
  error: quiet,
});
