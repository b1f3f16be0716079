import { either as E } from 'fp-ts';
import type {
  AllPage,
  ClientLog,
  ClientPage,
  EventFilter,
  MostAtOnce,
  StreamReadRefused,
} from '../../../domain/port/client-log.ts';
import type { ReadWanted } from '../messages/read-request.ts';

/** What the log gives of what a Read asks for: pages of a stream have nothing to say of positions that were passed over. */
export type Pages = AsyncIterable<ClientPage & Partial<Pick<AllPage, 'lookedAt'>>>;

/** Opens the reading or the subscription, which begins behind the place that it names. `most` is asked by readings alone. */
export const openPages = async (
  log: ClientLog,
  { source, from, direction, limit }: ReadWanted,
  filter: EventFilter | undefined,
  { signal, most }: { readonly signal: AbortSignal; readonly most: MostAtOnce },
): Promise<E.Either<StreamReadRefused, Pages>> => {
  if (limit === 'subscription') {
    const behind = from === 'start' ? 0 : from === 'end' ? from : from + 1;
    return E.right(
      source.of === 'stream'
        ? log.subscribeStream({ stream: source.stream, from: behind, signal })
        : log.subscribeAll({ from: behind, signal, ...(filter && { filter }) }),
    );
  }
  const at = from === 'start' ? 0 : from;
  return source.of === 'stream'
    ? log.readStream({ stream: source.stream, direction, from: at, limit, most })()
    : E.right(log.readAll({ direction, from: at, limit, most, ...(filter && { filter }) }));
};
