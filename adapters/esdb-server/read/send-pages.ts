import type { ClientLog, ClientPage } from '../../../domain/port/client-log.ts';
import type { Ids } from '../../../domain/port/ids.ts';
import type { Call } from '../grpc/call.ts';
import {
  type Resolved,
  writeCaughtUp,
  writeCheckpoint,
  writeConfirmation,
  writeRead,
} from '../messages/read-answer.ts';
import type { ReadWanted } from '../messages/read-request.ts';
import { makeWriter, type Writer } from '../protobuf/writer.ts';
import { type Told, withCheckpoints } from './checkpoints.ts';
import type { Pages } from './pages.ts';
import { resolveLink } from './resolve.ts';

type SendParts = {
  readonly log: Pick<ClientLog, 'eventAt'>;
  readonly ids: Ids;
  readonly sent: (events: number) => void;
};

/** One message of the answer. */
type Message = (writer: Writer) => void;

/** What an event takes beside its data and metadata, to begin with a buffer that mostly suffices. */
const roomPerEvent = 320;

const roomFor = ({ events }: ClientPage): number =>
  events.reduce((room, { data, metadata }) => room + data.length + metadata.length + roomPerEvent, 64);

/**
 * Sends what the pages hold until they end, or nobody listens. A page is one write, and the next is asked for when the client has taken it:
 * a slow reader slows itself alone. A subscription begins with its confirmation, and is told once that it has caught up.
 */
export const sendPages = async (
  { log, ids, sent }: SendParts,
  call: Call,
  wanted: ReadWanted,
  pages: Pages,
): Promise<void> => {
  const subscription = wanted.limit === 'subscription';
  const filter = wanted.source.of === 'all' ? wanted.source.filter : undefined;
  const interval = subscription ? (filter?.checkpointInterval ?? Number.POSITIVE_INFINITY) : undefined;
  let since = typeof wanted.from === 'number' ? wanted.from : -1;
  let toldCaughtUp = false;

  const writeAll = (room: number, messages: ReadonlyArray<Message>): Promise<boolean> => {
    if (messages.length === 0) return Promise.resolve(true);
    const writer = makeWriter(room);
    for (const write of messages.toReversed()) writer.framed(() => write(writer));
    return call.send(writer.written());
  };

  const messageOf = async (told: Told): Promise<Message> => {
    if ('checkpoint' in told) return (writer) => writeCheckpoint(writer, told.checkpoint);
    const resolved: Resolved = wanted.resolveLinks
      ? await resolveLink(log, call.caller, told.event)
      : { event: told.event };
    return (writer) => writeRead(writer, resolved, wanted.ids);
  };

  if (subscription && !(await writeAll(64, [(writer) => writeConfirmation(writer, ids.random())]))) return;
  for await (const page of pages) {
    const { told, since: reached } =
      interval === undefined
        ? { told: page.events.map((event) => ({ event })), since }
        : withCheckpoints(interval, since, { events: page.events, lookedAt: page.lookedAt });
    since = reached;
    const messages: Message[] = [];
    for (const one of told) messages.push(await messageOf(one));
    if (subscription && page.caughtUp && !toldCaughtUp) {
      messages.push(writeCaughtUp);
      toldCaughtUp = true;
    }
    if (!(await writeAll(roomFor(page), messages))) return;
    sent(page.events.length);
  }
};
