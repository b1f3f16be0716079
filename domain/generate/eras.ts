import type { HostCommand } from '../host/command.ts';
import { host } from '../host/decider.ts';
import { type HostEvent, hostEvents } from '../host/events.ts';
import type { HostFailure } from '../host/failure.ts';
import type { HostState } from '../host/state.ts';
import type { Incarnation } from '../identity/uuid.ts';
import { eraOf } from '../stream.ts';
import type { Cause, StreamWriter } from './journal.ts';
import type { World } from './world.ts';

/** A host's life as its agent writes it: an era that is long enough is closed, and the next one opened with what it leaves. */
export const openEras = (
  { journal, eraEvents, ids }: World,
  first: string,
  incarnation: Incarnation,
): StreamWriter<HostCommand, HostEvent, HostState, HostFailure> => {
  const open = (stream: string) => journal.openStream(stream, incarnation, hostEvents, host);
  let stream = first;
  let writer = open(stream);

  const change = (cause: Cause): void => {
    const head = writer.head();
    if (eraEvents === 0 || head === undefined || head.revision + 1 < eraEvents) return;
    const causeOf = (what: string): Cause => ({ ...cause, commandId: ids.derive(cause.commandId, what) });
    writer.act({ type: 'close-era', head }, causeOf('close-era'));
    const closed = writer.head();
    const from = writer.state();
    if (closed === undefined || !from.closed) return;
    const previous = { stream, ...closed };
    stream = eraOf(first, from.era + 1);
    writer = open(stream);
    writer.act({ type: 'open-era', previous, from }, causeOf('open-era'));
  };

  return {
    state: () => writer.state(),
    revision: () => writer.revision(),
    head: () => writer.head(),
    act: (command, cause) => {
      const acted = writer.act(command, cause);
      change(cause);
      return acted;
    },
  };
};
