import { either as E } from 'fp-ts';
import { carried } from '../../domain/host/carried-state.ts';
import type { HostCommand } from '../../domain/host/command.ts';
import { host } from '../../domain/host/decider.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { HostState } from '../../domain/host/state.ts';
import { hostStreamOf } from './logged.ts';

/** All of a state that decides anything, whichever era it stands in. */
export const carriedOf = (state: HostState) => JSON.parse(JSON.stringify(carried(state)));

const decided = (command: HostCommand, state: HostState): ReadonlyArray<HostEvent> => {
  const decision = host.decide(command, state);
  if (E.isLeft(decision)) throw new Error(JSON.stringify(decision.left));
  return decision.right;
};

/** Closes an era and opens the next as the agent does: a stream of its own, folded from nothing. */
export const changeEra = (
  state: HostState,
  { revision, hash }: { readonly revision: number; readonly hash: string },
) => {
  const closing = decided({ type: 'close-era', head: { revision, hash } }, state);
  const closed = closing.reduce(host.evolve, state);
  const previous = { stream: hostStreamOf('node-1'), revision: revision + 1, hash };
  const opening = decided({ type: 'open-era', previous, from: closed }, host.initialState());
  return { closing, opening, state: opening.reduce(host.evolve, host.initialState()) };
};
