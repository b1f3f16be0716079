import type { AttachmentId } from '../host/attachment.ts';
import { textNumber } from './text-number.ts';

/** What stands in an index; `next` is for the index alone. */
export type Indexed = AttachmentId & { next: Indexed | undefined };

/**
 * Attachments by identity, where millions are looked up under texts that were made a moment ago. A `Map` under such keys hashes each
 * of them whole and compares it again, half a microsecond a time and a third of all folding; this one finds them by a number
 * from the container id's first characters, and compares within the few that share it.
 */
export type AttachmentIndex<Entry extends Indexed> = Map<number, Entry>;

const numbered = 12;

const numberOf = (containerId: string): number => textNumber(containerId, numbered);

const same = (a: AttachmentId, containerId: string, ifname: string, network: string): boolean =>
  a.containerId === containerId && a.ifname === ifname && a.network === network;

const after = <Entry extends Indexed>(entry: Entry): Entry | undefined => entry.next as Entry | undefined;

export const find = <Entry extends Indexed>(
  index: AttachmentIndex<Entry>,
  containerId: string,
  ifname: string,
  network: string,
): Entry | undefined => {
  let entry = index.get(numberOf(containerId));
  while (entry !== undefined && !same(entry, containerId, ifname, network)) entry = after(entry);
  return entry;
};

/** Takes it out; nothing happens when it is not there. */
export const remove = <Entry extends Indexed>(
  index: AttachmentIndex<Entry>,
  containerId: string,
  ifname: string,
  network: string,
): void => {
  const number = numberOf(containerId);
  let before: Entry | undefined;
  for (let entry = index.get(number); entry !== undefined; entry = after(entry)) {
    if (!same(entry, containerId, ifname, network)) before = entry;
    else {
      const behind = after(entry);
      if (before !== undefined) before.next = behind;
      else if (behind !== undefined) index.set(number, behind);
      else index.delete(number);
      return;
    }
  }
};

/** Puts it in; one of the same identity makes way. */
export const put = <Entry extends Indexed>(index: AttachmentIndex<Entry>, entry: Entry): void => {
  const number = numberOf(entry.containerId);
  entry.next = undefined;
  let last = index.get(number);
  if (last !== undefined) {
    remove(index, entry.containerId, entry.ifname, entry.network);
    last = index.get(number);
  }
  if (last === undefined) {
    index.set(number, entry);
    return;
  }
  for (let next = after(last); next !== undefined; next = after(next)) last = next;
  last.next = entry;
};

/** In no order that means anything. */
export const entriesOf = function* <Entry extends Indexed>(
  index: AttachmentIndex<Entry>,
): Generator<Entry, void> {
  for (const first of index.values())
    for (let entry: Entry | undefined = first; entry !== undefined; entry = after(entry)) yield entry;
};
