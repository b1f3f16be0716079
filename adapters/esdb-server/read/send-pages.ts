import type { ClientEventRead, ClientLog, ClientPage } from '../../../domain/port/client-log.ts';
import type { Ids } from '../../../domain/port/ids.ts';
import type { Call } from '../grpc/call.ts';
import { writeCaughtUp, writeCheckpoint, writeConfirmation, writeRead } from '../messages/read-answer.ts';
import type { ReadWanted } from '../messages/read-request.ts';
import { makeWriter, type Writer } from '../protobuf/writer.ts';
import { type Told, withCheckpoints } from './checkpoints.ts';
import { framesOf, partBytes } from './frames.ts';
import { type Gather, gatherMs } from './gather.ts';
import { type PageLeave, pageLeaves } from './page-leave.ts';
import type { Pages } from './pages.ts';
import { resolveLink } from './resolve.ts';

export type SendParts = {
  readonly log: Pick<ClientLog, 'eventAt'>;
  readonly ids: Ids;
  /** Called with each page that has left. */
  readonly sent: (events: number) => void;
  /** How many subscribe now. */
  readonly subscribers: () => number;
  /** Where they wait for one another. */
  readonly gather: Gather;
};

export type OpenedPages = {
  readonly pages: Pages;
  /** The next page is to have so many events at most. */
  readonly pageOf: (events: number) => void;
};

type Page = ClientPage & { readonly lookedAt?: number | undefined };

/** One message of the answer. */
type Message = (writer: Writer) => void;

/** What an event takes beside its data and metadata, to begin with a buffer that mostly suffices. */
const roomPerEvent = 320;

const roomFor = ({ data, metadata }: ClientEventRead): number => data.length + metadata.length + roomPerEvent;

/** Who is at the log's end shares its page with all that are. */
const waitingAtTheEnd: PageLeave = { most: Number.POSITIVE_INFINITY, give: () => undefined };

const inOneBuffer = (room: number, messages: ReadonlyArray<Message>): Buffer => {
  const writer = makeWriter(room);
  for (const write of messages.toReversed()) writer.framed(() => write(writer));
  return writer.written();
};

/**
 * Sends what the pages hold until they end, or nobody listens. The next page is asked for when the client has taken the one before: a slow
 * reader slows itself, and where many of them have pages open, those who want one wait (`page-leave.ts`); who is at the log's end needs no leave. A subscription begins with its confirmation, and is told once that it has caught up.
 */
export const sendPages = async (
  { log, ids, sent, subscribers, gather }: SendParts,
  call: Call,
  { limit, source, from, ids: idForm, resolveLinks }: ReadWanted,
  { pages, pageOf }: OpenedPages,
): Promise<void> => {
  const isSubscription = limit === 'subscription';
  const filter = source.of === 'all' ? source.filter : undefined;
  const interval = (isSubscription && filter?.checkpointInterval) || undefined;
  const asTheyAre = !resolveLinks && interval === undefined && idForm === 'text';
  let checkpoint = typeof from === 'number' ? from : -1;
  let live = false;

  const messageOf = async (event: ClientEventRead): Promise<Message> => {
    const resolved = resolveLinks ? await resolveLink(log, call.caller, event) : { event };
    return (writer) => writeRead(writer, resolved, idForm);
  };

  const toldOf = (page: Page): ReadonlyArray<Told> => {
    if (interval === undefined) return page.events.map((event) => ({ event }));
    const { events, lookedAt } = page;
    const { told, since } = withCheckpoints(interval, checkpoint, { events, lookedAt });
    checkpoint = since;
    return told;
  };

  const slicesOf = async function* (page: Page): AsyncGenerator<Buffer, void> {
    let messages: Message[] = [];
    let room = 0;
    for (const one of toldOf(page)) {
      messages.push(
        'event' in one ? await messageOf(one.event) : (writer) => writeCheckpoint(writer, one.checkpoint),
      );
      room += 'event' in one ? roomFor(one.event) : roomPerEvent;
      if (room < partBytes) continue;
      yield inOneBuffer(room, messages);
      messages = [];
      room = 0;
    }
    if (isSubscription && !live && page.caughtUp) {
      messages.push(writeCaughtUp);
      live = true;
    }
    if (messages.length > 0) yield inOneBuffer(room + 64, messages);
  };

  /** Whether the page has left as a whole. */
  const sendPage = async (page: Page): Promise<boolean> => {
    if (asTheyAre && live) {
      for (const part of framesOf(page.events)) if (!(await call.send(part))) return false;
    } else {
      for await (const part of slicesOf(page)) if (!(await call.send(part))) return false;
    }
    return !call.over.aborted && !call.closing.aborted;
  };

  const signal = AbortSignal.any([call.over, call.closing]);
  const leaveFor = pageLeaves(call, limit, signal);
  const iterator = pages[Symbol.asyncIterator]();
  /** Sends the next page; `undefined` when there is none, or nobody to send it to. */
  const sendNext = async (waits: boolean): Promise<Page | undefined> => {
    const leave = waits ? waitingAtTheEnd : await leaveFor();
    if (leave === undefined) return undefined;
    pageOf(leave.most);
    try {
      const next = await iterator.next();
      return next.done !== true && (await sendPage(next.value)) ? next.value : undefined;
    } finally {
      leave.give();
    }
  };

  if (isSubscription) {
    const confirmation = inOneBuffer(64, [(writer) => writeConfirmation(writer, ids.random())]);
    if (!(await call.send(confirmation))) return;
  }
  try {
    let caughtUp = false;
    for (let page = await sendNext(caughtUp); page !== undefined; page = await sendNext(caughtUp)) {
      caughtUp = page.caughtUp;
      sent(page.events.length);
      const gathering = live && caughtUp ? gatherMs(subscribers()) : 0;
      if (gathering === 0) continue;
      await gather(gathering);
      await call.drained();
    }
  } finally {
    await iterator.return?.();
  }
};
