import * as t from 'io-ts';
import { canonicalPattern } from '../canonical-pattern.ts';
import { Metadata } from '../envelope.ts';
import { encodeEvent, type Recorded, readAsTheyAre } from '../event.ts';
import type { AttachmentId } from '../host/attachment.ts';
import { type EraOpened, type HostEvent, hostEvents, type PodAdded } from '../host/events.ts';
import type { LeanEvent } from '../port/log-reader.ts';
import { type AllocationRow, allocationRow } from './allocations.ts';
import { type AttachmentIndex, find, type Indexed, put, remove } from './attachment-index.ts';

/**
 * An attachment that holds addresses, as a fold over millions keeps it: with the text that says the rest, which is read when
 * somebody asks for it.
 */
export type Held = Indexed & {
  /** `PodAdded`, as canonical JSON of its current version. */
  readonly added: string;
  /** The writer's time of `PodAdded` and of `PodWired`; empty where they lie in an era that is archived. */
  readonly addedAt: string;
  wiredAt: string | undefined;
  /** As `AllocationRow` has it. */
  readonly revision: number;
  /** Of the same event, and for those that one event tells of, the place in it. */
  readonly position: number;
  readonly place: number;
};

export type HeldAttachments = AttachmentIndex<Held>;

/** The order in which they were added. */
export const byAge = (a: Held, b: Held): number => a.position - b.position || a.place - b.place;

export const heldRow = ({ added, addedAt, wiredAt, revision }: Held): AllocationRow =>
  allocationRow(JSON.parse(added) as PodAdded, {
    status: wiredAt === undefined ? 'reserved' : 'attached',
    ...(addedAt === '' ? {} : { addedAt }),
    ...(wiredAt === undefined || wiredAt === '' ? {} : { wiredAt }),
    revision,
  });

const identity = ['containerId', 'ifname', 'network'];

type Texts = AttachmentId & { readonly time: string };

/** Reads time and identity out of the texts of an event of this type, at each version whose texts are read as they are. */
const textsOf = (type: 'PodAdded' | 'PodWired' | 'PodDeleted') => {
  const versions = readAsTheyAre(hostEvents[type]).map(({ version, codec }) => {
    const envelope = t.strict({ ...Metadata.type.props, schema: t.literal(version) });
    const payload = canonicalPattern(codec, identity, 'type');
    const metadata = canonicalPattern(envelope, ['time']);
    if (payload === undefined || metadata === undefined) throw new TypeError(`no pattern for ${type}`);
    return { payload, metadata };
  });
  return (event: Pick<LeanEvent, 'payload' | 'metadata'>): Texts | undefined => {
    for (const { payload, metadata } of versions) {
      const time = metadata.exec(event.metadata)?.[1];
      const id = time === undefined ? null : payload.exec(event.payload);
      if (time !== undefined && id !== null)
        return { time, containerId: id[1] ?? '', ifname: id[2] ?? '', network: id[3] ?? '' };
    }
    return undefined;
  };
};

const addedTexts = textsOf('PodAdded');
const wiredTexts = textsOf('PodWired');
const deletedTexts = textsOf('PodDeleted');

/**
 * The text as one of its own. Part of a longer text keeps all of that in memory (V8 copies only what is shorter than 13
 * characters), and for every attachment that would be two envelopes.
 */
const ownText = (time: string): string => time.slice(0, 12) + time.slice(12);

/**
 * Takes in one of the three events that logs are made of, straight from its text, which the codec's own pattern has matched.
 * False when it is another event, or not written as this program writes it: nothing has been done then, and `decodeEvent` has
 * the word.
 */
export const holdText = (held: HeldAttachments, event: LeanEvent): boolean => {
  const { type, payload } = event;
  if (type === 'PodAdded') {
    const read = addedTexts(event);
    if (read === undefined) return false;
    const { time, ...id } = read;
    put(held, {
      ...id,
      added: payload,
      addedAt: ownText(time),
      wiredAt: undefined,
      revision: event.revision,
      position: event.position,
      place: 0,
      next: undefined,
    });
    return true;
  }
  if (type === 'PodWired') {
    const read = wiredTexts(event);
    if (read === undefined) return false;
    const entry = find(held, read.containerId, read.ifname, read.network);
    if (entry !== undefined) entry.wiredAt = ownText(read.time);
    return true;
  }
  if (type === 'PodDeleted') {
    const read = deletedTexts(event);
    if (read === undefined) return false;
    remove(held, read.containerId, read.ifname, read.network);
    return true;
  }
  return false;
};

const encode = encodeEvent(hostEvents);

/** What an era carries from eras that are archived; what is known already stays as it is. */
const holdCarried = (
  held: HeldAttachments,
  opened: EraOpened,
  { revision, position }: Recorded<HostEvent>,
): void => {
  for (const [place, { status, ...added }] of opened.held.entries()) {
    const { containerId, ifname, network } = added;
    if (find(held, containerId, ifname, network) !== undefined) continue;
    put(held, {
      containerId,
      ifname,
      network,
      added: encode({ type: 'PodAdded', ...added }).payload,
      addedAt: '',
      wiredAt: status === 'attached' ? '' : undefined,
      revision,
      position,
      place,
      next: undefined,
    });
  }
};

/** The same for an event that was decoded. */
export const hold = (held: HeldAttachments, recorded: Recorded<HostEvent>): void => {
  const { event, revision, position } = recorded;
  const { time } = recorded.metadata;
  if (event.type === 'EraOpened') holdCarried(held, event, recorded);
  if (event.type !== 'PodAdded' && event.type !== 'PodWired' && event.type !== 'PodDeleted') return;
  const { containerId, ifname, network } = event;
  if (event.type === 'PodAdded') {
    const added = encode(event).payload;
    put(held, {
      containerId,
      ifname,
      network,
      added,
      addedAt: time,
      wiredAt: undefined,
      revision,
      position,
      place: 0,
      next: undefined,
    });
  } else if (event.type === 'PodDeleted') remove(held, containerId, ifname, network);
  else {
    const entry = find(held, containerId, ifname, network);
    if (entry !== undefined) entry.wiredAt = time;
  }
};
