import { either as E } from 'fp-ts';
import { asRecorded } from '../lean-event.ts';
import type { ArchivedRun } from '../port/drop-era.ts';
import type { LeanEvent, LogReader } from '../port/log-reader.ts';
import type { Breach } from './fault.ts';
import type { KnownKey } from './keys.ts';
import { forgetHost, holdLaws, type LawsState, startLaws } from './laws.ts';
import { readMetadata } from './metadata-text.ts';
import { placeOf } from './place.ts';

/** A log's events being held against the laws, behind somebody who follows their chains. */
export type Holding = {
  readonly laws: LawsState;
  /** What is archived and still lies ahead, the next one last. */
  readonly ahead: ArchivedRun[];
  /** The first; the laws rest then. */
  breach: Breach | undefined;
  /** The chains hold, and an event cannot be read all the same. */
  unreadable: boolean;
};

export const startHolding = (log: Pick<LogReader, 'archived' | 'at'>): Holding => ({
  laws: startLaws(log.at),
  ahead: log.archived().toReversed(),
  breach: undefined,
  unreadable: false,
});

const passRuns = ({ laws, ahead }: Holding, position: number): void => {
  for (let run = ahead.at(-1); run !== undefined && run.to < position; run = ahead.at(-1)) {
    const { stream, to, toRevision, hash } = run;
    forgetHost(laws, { stream, position: to, revision: toRevision, hash });
    ahead.pop();
  }
};

const holdEvent = (holding: Holding, lean: LeanEvent): boolean => {
  const event = asRecorded(lean);
  const { position } = event;
  passRuns(holding, position);
  const metadata = readMetadata(event);
  const held = E.isLeft(metadata) ? E.left(undefined) : holdLaws(holding.laws, event, metadata.right);
  if (E.isLeft(held)) holding.unreadable = true;
  else if (held.right !== undefined) {
    const id = holding.laws.lookUp(position)?.id ?? '';
    holding.breach = { ...placeOf({ ...event, id }), ...held.right };
  }
  return !holding.unreadable && holding.breach === undefined;
};

/** Takes the next events of the log, whose chains hold; false when there is no more to say of the laws. */
export const holdEvents = (holding: Holding, events: ReadonlyArray<LeanEvent>): boolean =>
  events.every((event) => holdEvent(holding, event));

export const keysHeld = ({ laws }: Holding): ReadonlyArray<KnownKey> => [...laws.keys.values()];
