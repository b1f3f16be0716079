import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { canonicalJson } from '../canonical-json.ts';
import { AttachmentId } from '../host/attachment.ts';
import { RequestId } from '../identity/request-id.ts';
import { Integer } from '../integer.ts';
import { firstFault } from './decoding.ts';
import { folderOf } from './ipam-folder.ts';

/*
 * A DEL that found no agent waits as a file until one is there: one file per attachment. Plugin and agent may be of different
 * releases, so these shapes and names change only with `version`. One change is free: a new key that may be absent and then
 * means what was true before.
 */

const version = 1;

/** What the plugin knew when the runtime asked for the DEL. */
export const QueuedDel = t.exact(
  t.intersection([
    t.type({
      version: t.literal(version),
      attachment: AttachmentId,
      /** The run of the plugin that queued it: the deletion's ids follow from it. */
      requestId: RequestId,
      /** In which boot of the machine; pods of another one are gone. */
      bootId: t.string,
      /** For people; it decides nothing. */
      time: t.string,
    }),
    t.partial({
      /** CNI_NETNS, absent when the runtime gave none; `seen` is what the path led to, absent when to nothing. */
      netns: t.intersection([
        t.type({ path: t.string }),
        t.partial({ seen: t.type({ device: Integer, inode: Integer }) }),
      ]),
      /** Meant is what evio-ipam gave, in files of this folder; absent where a pod of ours is meant. */
      pool: t.type({ folder: t.string }),
    }),
  ]),
);
export type QueuedDel = t.TypeOf<typeof QueuedDel>;

/** More than a node has pods: what lies there beyond was not drained for long. */
export const mostQueued = 4096;

/** In bytes, each; a path is the longest part of it. */
export const longestQueued = 8192;

const longestName = 255;

/** No name of the three may hold it, so what is joined by it can be taken apart again (`names.ts`). */
const separator = '%';

/** What a DEL means: a pod of ours, or the addresses that evio-ipam gave to another plugin's. */
export type QueuedFor = 'pod' | 'pool';

const poolMark = 'pool';

/**
 * `NETWORK%CONTAINER-ID%IFNAME`, and behind it `%pool` for evio-ipam's, which may be of the same attachment: a file name that leads nowhere else: it begins with a letter or digit and holds no slash.
 * `undefined` when it is longer than a file system takes (libcni's cache names its files alike, and so has the same limit).
 */
export const queuedDelName = (
  { network, containerId, ifname }: AttachmentId,
  of: QueuedFor = 'pod',
): string | undefined => {
  const name = [network, containerId, ifname, ...(of === 'pool' ? [poolMark] : [])].join(separator);
  return new TextEncoder().encode(name).length > longestName ? undefined : name;
};

/** Whose DEL a file of this name is; `undefined` when it was not named by us. */
export const attachmentNamed = (
  name: string,
): { readonly attachment: AttachmentId; readonly of: QueuedFor } | undefined => {
  const [network, containerId, ifname, mark, ...more] = name.split(separator);
  if (!network || !containerId || !ifname || more.length > 0) return undefined;
  if (mark !== undefined && mark !== poolMark) return undefined;
  return { attachment: { network, containerId, ifname }, of: mark === undefined ? 'pod' : 'pool' };
};

/** What the plugin needs of this file, which it loads late: its codec takes a while. */
export type QueuedDelFormat = {
  readonly queuedDelName: typeof queuedDelName;
  readonly queuedDelText: typeof queuedDelText;
  readonly queuedFolder: typeof queuedFolder;
};

/** What a queued DEL says of the network's configuration: where its files are. */
export const queuedFolder = folderOf;

export const queuedDelText = (del: Omit<QueuedDel, 'version'>): string =>
  `${canonicalJson({ ...del, version })}\n`;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What a file of this name says; left in words why it cannot be followed. */
export const readQueuedDel = (name: string, text: string): E.Either<string, QueuedDel> => {
  const content = parsed(text);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return E.left('it is not a JSON object');
  const written = 'version' in content ? content.version : undefined;
  if (typeof written === 'number' && written > version)
    return E.left(`it is of version ${written}, and this agent knows ${version}: upgrade evio-agent`);
  const del = QueuedDel.decode(content);
  if (E.isLeft(del)) return E.left(firstFault(del.left));
  const of = del.right.pool === undefined ? 'pod' : 'pool';
  return queuedDelName(del.right.attachment, of) === name
    ? del
    : E.left('its name is not that of the attachment in it');
};
