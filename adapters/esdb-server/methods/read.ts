import { either as E } from 'fp-ts';
import { patternFilter, prefixFilter } from '../../../domain/esdb/filter.ts';
import { describedBy } from '../../../domain/esdb/ledger-stream.ts';
import { readLogFields } from '../../../domain/esdb/read-together.ts';
import type { WantedAccess } from '../../../domain/port/access.ts';
import type { ClientLog, EventFilter } from '../../../domain/port/client-log.ts';
import type { LogIdentity } from '../../../domain/port/event-store.ts';
import type { CompilePattern } from '../../../domain/port/pattern.ts';
import type { Call } from '../grpc/call.ts';
import { asMessage } from '../grpc/deframe.ts';
import { onlyMessage } from '../grpc/messages.ts';
import { done, type GrpcStatus, refusedAs } from '../grpc/status.ts';
import { ReadReq } from '../messages/generated.ts';
import { read } from '../messages/read.ts';
import { writeNotFound } from '../messages/read-answer.ts';
import { type FilterWanted, type ReadWanted, readWanted } from '../messages/read-request.ts';
import { makeWriter } from '../protobuf/writer.ts';
import { openPages } from '../read/pages.ts';
import { type SendParts, sendPages } from '../read/send-pages.ts';
import { thrownRefusal } from '../read/thrown.ts';
import { tell } from '../refusal.ts';

export type ReadParts = SendParts & {
  readonly log: ClientLog;
  readonly compile: CompilePattern;
  /** Called when a subscription begins; what it returns, when it ends. */
  readonly subscribed: () => () => void;
};

const closing = refusedAs('unavailable', 'the server or its log is closing: call again');

/** Streams/Read: readings and subscriptions of one stream, or of all. */
export const readMethod =
  (parts: ReadParts) =>
  async (call: Call): Promise<GrpcStatus> => {
    const request = read(ReadReq, await onlyMessage(call.messages));
    const wanted = E.flatMap(readWanted)(request);
    if (E.isLeft(wanted)) return wanted.left;
    const { source, limit } = wanted.right;
    const allowed = await call.caller.may(reading(source))();
    if (E.isLeft(allowed)) return tell(allowed.left).status;
    const filter = filterFor(parts.compile, source.of === 'all' ? source.filter : undefined);
    if (E.isLeft(filter)) return refusedAs('invalidArgument', filter.left);
    if (limit === 0) return done;
    const leave = limit === 'subscription' ? parts.subscribed() : () => undefined;
    try {
      return await answer(parts, call, wanted.right, filter.right);
    } catch (error) {
      const refusal = thrownRefusal(error);
      if (refusal === undefined) throw error;
      return tell(refusal).status;
    } finally {
      leave();
    }
  };

const messages = new WeakMap<Buffer, Buffer>();

/** What many are sent is made once. */
const messageOf = (framed: Buffer): Buffer => {
  const before = messages.get(framed);
  if (before !== undefined) return before;
  const message = asMessage(framed);
  messages.set(framed, message);
  return message;
};

/** ReadResp that says which log is read. */
const logMessage = ({ logId, epoch }: LogIdentity): Buffer => {
  const writer = makeWriter(128);
  writer.framed(() =>
    writer.message(readLogFields.log, () => {
      writer.number(readLogFields.epoch, epoch);
      writer.text(readLogFields.logId, logId);
    }),
  );
  return writer.written();
};

/** Our own Streams/ReadTogether: the same, but what Streams/Read would send at once is one message, and the first says before it which log that is. */
export const readTogetherMethod = (parts: ReadParts): ((call: Call) => Promise<GrpcStatus>) => {
  const readAlone = readMethod(parts);
  const thisLog = logMessage(parts.log.identity);
  return (call) => {
    let isSaid = false;
    const send = (framed: Buffer): Promise<boolean> => {
      if (isSaid) return call.send(messageOf(framed));
      isSaid = true;
      return call.send(asMessage(Buffer.concat([thisLog, framed])));
    };
    return readAlone({ ...call, send });
  };
};

const answer = async (
  parts: ReadParts,
  call: Call,
  wanted: ReadWanted,
  filter: EventFilter | undefined,
): Promise<GrpcStatus> => {
  const signal = AbortSignal.any([call.over, call.closing]);
  let most = 1;
  const pages = await openPages(parts.log, wanted, filter, { signal, most: () => most });
  if (E.isRight(pages)) {
    const pageOf = (events: number): void => {
      most = events;
    };
    await sendPages(parts, call, wanted, { pages: pages.right, pageOf });
    // A subscription has no end of its own: who follows is to come back.
    return call.closing.aborted || wanted.limit === 'subscription' ? closing : done;
  }
  if (pages.left.type !== 'stream-not-found') return tell(pages.left).status;
  const { stream } = pages.left;
  const writer = makeWriter();
  writer.framed(() => writeNotFound(writer, stream));
  await call.send(writer.written());
  return done;
};

const reading = (source: ReadWanted['source']): WantedAccess => {
  if (source.of === 'all') return { action: 'read-all' };
  const described = describedBy(source.stream);
  return described === undefined
    ? { action: 'read', stream: source.stream }
    : { action: 'read-metadata', stream: described };
};

const filterFor = (
  compile: CompilePattern,
  filter: FilterWanted | undefined,
): E.Either<string, EventFilter | undefined> => {
  if (filter === undefined) return E.right(undefined);
  const { on, by } = filter;
  return 'pattern' in by ? patternFilter(compile, on, by.pattern) : prefixFilter(on, by.prefixes);
};
