import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientEventRead, ClientLog, ClientPage } from '../../../domain/port/client-log.ts';
import type { Ids } from '../../../domain/port/ids.ts';
import type { Call } from '../grpc/call.ts';
import { writeCaughtUp, writeCheckpoint, writeConfirmation, writeRead } from '../messages/read-answer.ts';
import type { ReadWanted } from '../messages/read-request.ts';
import { makeWriter, type Writer } from '../protobuf/writer.ts';
import { withCheckpoints } from './checkpoints.ts';
import { frameOf } from './frames.ts';
import { gatherMs } from './gather.ts';
import type { Pages } from './pages.ts';
import { resolveLink } from './resolve.ts';

export type SendParts = {
  readonly log: Pick<ClientLog, 'eventAt'>;
  readonly ids: Ids;
  /** Called with each page that has left. */
  readonly sent: (events: number) => void;
  /** How many subscribe now. */
  readonly subscribers: () => number;
};

/** One message of the answer. */
type Message = (writer: Writer) => void;

/** What an event takes beside its data and metadata, to begin with a buffer that mostly suffices. */
const roomPerEvent = 320;

const roomFor = ({ events }: Pick<ClientPage, 'events'>): number =>
  events.reduce((room, { data, metadata }) => room + data.length + metadata.length + roomPerEvent, 64);

const inOneBuffer = (room: number, messages: ReadonlyArray<Message>): Buffer => {
  const writer = makeWriter(room);
  for (const write of messages.toReversed()) writer.framed(() => write(writer));
  return writer.written();
};

/**
 * Sends what the pages hold until they end, or nobody listens. A page is sent as one, and the next is asked for when the client has taken it:
 * a slow reader slows itself alone. A subscription begins with its confirmation, and is told once that it has caught up.
 */
export const sendPages = async (
  { log, ids, sent, subscribers }: SendParts,
  call: Call,
  { limit, source, from, ids: idForm, resolveLinks }: ReadWanted,
  pages: Pages,
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

  const bufferOf = async (page: ClientPage & { readonly lookedAt?: number | undefined }): Promise<Buffer> => {
    const hasCaughtUp = isSubscription && !live && page.caughtUp;
    if (asTheyAre && live) return Buffer.concat(page.events.map(frameOf));
    const messages: Message[] = [];
    if (interval === undefined) {
      for (const event of page.events)
        messages.push(asTheyAre ? (writer) => writeRead(writer, { event }, idForm) : await messageOf(event));
    } else {
      const { told, since } = withCheckpoints(interval, checkpoint, {
        events: page.events,
        lookedAt: page.lookedAt,
      });
      checkpoint = since;
      for (const one of told)
        messages.push(
          'event' in one ? await messageOf(one.event) : (writer) => writeCheckpoint(writer, one.checkpoint),
        );
    }
    if (hasCaughtUp) messages.push(writeCaughtUp);
    live ||= hasCaughtUp;
    return inOneBuffer(roomFor(page), messages);
  };

  if (isSubscription) {
    const confirmation = inOneBuffer(64, [(writer) => writeConfirmation(writer, ids.random())]);
    if (!(await call.send(confirmation))) return;
  }
  for await (const page of pages) {
    if (!(await call.send(await bufferOf(page))) || call.closing.aborted) return;
    sent(page.events.length);
    const gathering = live && page.caughtUp ? gatherMs(subscribers()) : 0;
    if (gathering > 0) await sleep(gathering);
  }
};
