import { either as E, function as F, taskEither as TE } from 'fp-ts';
import { describedBy } from '../../../domain/esdb/ledger-stream.ts';
import type { WantedAccess } from '../../../domain/port/access.ts';
import type { ClientAppend, ClientAppended, ClientLog } from '../../../domain/port/client-log.ts';
import type { Call } from '../grpc/call.ts';
import type { Refusal } from '../refusal.ts';

export type AppendSize = { readonly bytes: number; readonly events: number };

/** Why an append of this size is not taken. */
export const sizeRefused = (size: AppendSize, most: AppendSize): Refusal | undefined => {
  if (size.bytes > most.bytes) return { type: 'append-too-large', most: most.bytes };
  return size.events > most.events ? { type: 'too-many-events', most: most.events } : undefined;
};

export type Appending = {
  readonly log: Pick<ClientLog, 'append'>;
  /** What one append may have at most. */
  readonly most: AppendSize;
  /** Called behind each append that was done. */
  readonly appended: (events: number, seconds: number) => void;
};

/** What somebody does who appends to this stream. */
export const appendingTo = (stream: string): WantedAccess => {
  const described = describedBy(stream);
  return described === undefined
    ? { action: 'append', stream }
    : { action: 'write-metadata', stream: described };
};

/** Appends what was allowed. Once begun it is not given up: also when its client is gone it is done as a whole, or not at all. */
export const appendNow = async (
  { log, appended }: Appending,
  append: ClientAppend,
): Promise<E.Either<Refusal, ClientAppended>> => {
  const began = performance.now();
  const answer = await log.append(append)();
  if (E.isRight(answer)) appended(append.events.length, (performance.now() - began) / 1000);
  return answer;
};

/** A call may end while rights are asked for: nothing is begun for it any more. */
export const stillWanted = ({ over }: Pick<Call, 'over'>): E.Either<Refusal, void> =>
  over.aborted ? E.left({ type: 'given-up' }) : E.right(undefined);

/** Appends, if the caller may. */
export const appendFor = (
  appending: Appending,
  call: Pick<Call, 'caller' | 'over'>,
  append: ClientAppend,
): TE.TaskEither<Refusal, ClientAppended> =>
  F.pipe(
    call.caller.may(appendingTo(append.stream)),
    TE.flatMapEither(() => stillWanted(call)),
    TE.flatMap(() => () => appendNow(appending, append)),
  );
