import { either as E } from 'fp-ts';
import type { ClientEventRead, Content } from '../../domain/port/client-log.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { MirrorEnd } from '../../domain/port/log-mirror.ts';
import type { WireLog } from '../../domain/port/wire-log.ts';

/** What is there does not fit the log any more. */
export type Unfit = { readonly type: 'unfit'; readonly reason: string } | { readonly type: 'overtaken' };

export const unfit = (reason: string): E.Either<Unfit, never> => E.left({ type: 'unfit', reason });

const texts = (content: Content): string =>
  typeof content === 'string' ? `t${content}` : `b${content.toHex()}`;

/** A digest of all that is seen of an event. */
export const digestOf = (
  sha256: Sha256,
  { stream, revision, id, type, recordedAt, data, metadata }: ClientEventRead,
) => sha256(JSON.stringify([stream, revision, id, type, recordedAt, texts(data), texts(metadata)]));

/** Whether the log still has the event that the mirror ends with. */
export const stillFits = async (
  { sha256 }: { readonly sha256: Sha256 },
  log: WireLog,
  end: MirrorEnd | undefined,
): Promise<E.Either<Unfit, undefined>> => {
  if (end === undefined) return E.right(undefined);
  for await (const read of log.read(end.there)) {
    return read.position === end.there && digestOf(sha256, read) === end.seen
      ? E.right(undefined)
      : unfit(`it has another event at position ${end.there}`);
  }
  return unfit(`it ends before position ${end.there}, which was read from it`);
};
