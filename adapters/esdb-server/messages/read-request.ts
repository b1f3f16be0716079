import type { ReadReq as Request } from '@eventstore/db-client/generated/streams_pb.js';
import { either as E, function as F } from 'fp-ts';
import type { Direction, EventFilter } from '../../../domain/port/client-log.ts';
import { type GrpcStatus, refusedAs } from '../grpc/status.ts';
import { streamName } from './identifier.ts';
import type { IdForm } from './read-answer.ts';

/** What a Read asks for. */
export type ReadWanted = {
  readonly source:
    | { readonly of: 'stream'; readonly stream: string }
    | { readonly of: 'all'; readonly filter: FilterWanted | undefined };
  /** A revision or position as the client gave it: included by readings, excluded by subscriptions. */
  readonly from: number | 'start' | 'end';
  readonly direction: Direction;
  /** The most events of a reading; of a subscription there is no end. */
  readonly limit: number | 'subscription';
  readonly resolveLinks: boolean;
  readonly ids: IdForm;
};

export type FilterWanted = {
  readonly on: EventFilter['on'];
  readonly by: { readonly pattern: string } | { readonly prefixes: ReadonlyArray<string> };
  /** Events looked at between two checkpoints. */
  readonly checkpointInterval: number;
};

const invalid = (reason: string): GrpcStatus => refusedAs('invalidArgument', reason);

/** What the client's window is at least. */
const leastWindow = 32;

const backwards = 1;

/** Clients mean "all" by numbers that we need not tell apart. */
const whole = (text: string): number => Math.min(Number(text), Number.MAX_SAFE_INTEGER);

export const readWanted = (request: Request): E.Either<GrpcStatus, ReadWanted> => {
  const options = request.getOptions();
  if (options === undefined) return E.left(invalid('the read has no options'));
  if (!options.hasSubscription() && !options.hasCount())
    return E.left(invalid('the read has neither a count nor a subscription'));
  return F.pipe(
    sourceOf(options),
    E.map(
      ({ source, from }): ReadWanted => ({
        source,
        from,
        direction: options.getReadDirection() === backwards ? 'backwards' : 'forwards',
        limit: options.hasSubscription() ? 'subscription' : whole(options.getCount()),
        resolveLinks: options.getResolveLinks(),
        ids: options.getUuidOption()?.hasStructured() === true ? 'halves' : 'text',
      }),
    ),
  );
};

const sourceOf = (options: Request.Options): E.Either<GrpcStatus, Pick<ReadWanted, 'source' | 'from'>> => {
  const stream = options.getStream();
  if (stream !== undefined)
    return E.map((name: string) => ({
      source: { of: 'stream' as const, stream: name },
      from: placeOf(stream, stream.hasRevision() ? stream.getRevision() : undefined),
    }))(streamName(stream.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array()));
  const all = options.getAll();
  if (all === undefined) return E.left(invalid('the read names neither a stream nor all streams'));
  return E.map((filter: FilterWanted | undefined) => ({
    source: { of: 'all' as const, filter },
    from: placeOf(all, all.getPosition()?.getCommitPosition()),
  }))(filterOf(options.getFilter()));
};

const placeOf = (
  options: { readonly hasEnd: () => boolean },
  given: string | undefined,
): ReadWanted['from'] => {
  if (given !== undefined) return whole(given);
  return options.hasEnd() ? 'end' : 'start';
};

const filterOf = (
  filter: Request.Options.FilterOptions | undefined,
): E.Either<GrpcStatus, FilterWanted | undefined> => {
  if (filter === undefined) return E.right(undefined);
  const onStream = filter.getStreamIdentifier();
  const expression = onStream ?? filter.getEventType();
  if (expression === undefined)
    return E.left(invalid('the filter says neither stream_identifier nor event_type'));
  const times = filter.getCheckpointintervalmultiplier();
  if (times === 0) return E.left(invalid('checkpointIntervalMultiplier is 0: give 1 or more'));
  const pattern = expression.getRegex();
  return E.right({
    on: onStream === undefined ? 'type' : 'stream',
    by: pattern === '' ? { prefixes: expression.getPrefixList() } : { pattern },
    checkpointInterval: Math.max(filter.getMax(), leastWindow) * times,
  });
};
