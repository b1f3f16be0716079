import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';

type Options = InstanceType<typeof streams.ReadReq.Options>;

const {
  Options,
  Options: {
    AllOptions,
    FilterOptions,
    Position,
    ReadDirection,
    StreamOptions,
    SubscriptionOptions,
    UUIDOption,
  },
} = streams.ReadReq;

const requestWith = (say: (options: Options) => void): InstanceType<typeof streams.ReadReq> => {
  const options = new Options();
  options.setUuidOption(new UUIDOption().setString(new shared.Empty()));
  options.setNoFilter(new shared.Empty());
  say(options);
  return new streams.ReadReq().setOptions(options);
};

/** The name of a stream as the wire has it: bytes. */
export const streamIdentifier = (stream: string): InstanceType<typeof shared.StreamIdentifier> =>
  new shared.StreamIdentifier().setStreamName(Uint8Array.from(Buffer.from(stream)));

const ofStream = (stream: string, revision: number | 'start' | 'end') => {
  const options = new StreamOptions().setStreamIdentifier(streamIdentifier(stream));
  if (revision === 'start') return options.setStart(new shared.Empty());
  if (revision === 'end') return options.setEnd(new shared.Empty());
  return options.setRevision(String(revision));
};

const ofAll = (position: number | 'start' | 'end') => {
  const options = new AllOptions();
  if (position === 'start') return options.setStart(new shared.Empty());
  if (position === 'end') return options.setEnd(new shared.Empty());
  const at = String(position);
  return options.setPosition(new Position().setCommitPosition(at).setPreparePosition(at));
};

/** A stream's events from a revision (inclusive) on, so many of them. */
export const streamRequest = (stream: string, from: number, count: number) =>
  requestWith((options) => options.setStream(ofStream(stream, from)).setCount(String(count)));

/** A stream's last event. */
export const headRequest = (stream: string) =>
  requestWith((options) =>
    options.setStream(ofStream(stream, 'end')).setReadDirection(ReadDirection.BACKWARDS).setCount('1'),
  );

/** All events from a position (inclusive) on. It must be one that an event has. */
export const allRequest = (from: number | 'start') =>
  requestWith((options) => options.setAll(ofAll(from)).setCount(String(Number.MAX_SAFE_INTEGER)));

/** The last event of all. */
export const endRequest = () =>
  requestWith((options) =>
    options.setAll(ofAll('end')).setReadDirection(ReadDirection.BACKWARDS).setCount('1'),
  );

/** What a stream has behind a revision, and what comes. */
export const streamSubscription = (stream: string, after: number | 'start') =>
  requestWith((options) =>
    options.setStream(ofStream(stream, after)).setSubscription(new SubscriptionOptions()),
  );

/** The server says how far it has looked, at least after so many events. */
const looksAtMost = 512;

/** What the log has behind a position, and what comes: of types that begin so, where such are named. */
export const allSubscription = (after: number | 'start', types: ReadonlyArray<string> | undefined) =>
  requestWith((options) => {
    options.setAll(ofAll(after)).setSubscription(new SubscriptionOptions());
    if (types === undefined) return;
    const beginSo = new FilterOptions.Expression().setPrefixList([...types]);
    options.setFilter(
      new FilterOptions().setEventType(beginSo).setMax(looksAtMost).setCheckpointintervalmultiplier(1),
    );
  });
