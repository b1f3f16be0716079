import { isDeepStrictEqual } from 'node:util';
import { carried } from '../../domain/host/carried-state.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { HostState } from '../../domain/host/state.ts';
import { eraOf } from '../../domain/stream.ts';
import { withoutRedacted } from '../../domain/verify/carried-names.ts';
import type { Breaks } from './broken.ts';

/** Every event stands in the stream of its era, and an era begins with what the one before left. */
export const checkEra = (breaks: Breaks, state: HostState, stream: string, event: HostEvent): void => {
  const wrong = (what: string): void => breaks('an era begins with what the one before left', what);
  const { closed, era } = state;
  if (event.type !== 'EraOpened') {
    if (closed || stream !== eraOf(stream, era))
      wrong(`${event.type} in ${stream}, era ${era} closed: ${closed}`);
    return;
  }
  if (!closed || event.era !== era + 1 || stream !== eraOf(stream, event.era))
    wrong(`era ${event.era} opened in ${stream} behind era ${era}, closed: ${closed}`);
  const { type: _, era: _era, previous: _previous, ...told } = event;
  const left = { ...carried(state) };
  if (!isDeepStrictEqual(withoutRedacted(told, left), withoutRedacted(left, told)))
    wrong(`era ${event.era}: ${JSON.stringify(told)} instead of ${JSON.stringify(carried(state))}`);
};
