import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { Integer } from '../integer.ts';
import type { StateCodec } from '../snapshot/state-codec.ts';
import { entriesOf, put } from './attachment-index.ts';
import type { ClusterView, HostView } from './cluster-view.ts';
import type { Held, HeldAttachments } from './held-attachments.ts';

/** Maps as lists of their entries, in their order; of the held attachments all but the texts, which stand behind, a line each. */
const StoredView = t.strict({
  position: Integer,
  quarantineSeconds: Integer,
  rows: t.UnknownArray,
  members: t.UnknownArray,
  released: t.UnknownArray,
  hosts: t.UnknownArray,
});

type StoredHeld = readonly [
  revision: number,
  position: number,
  place: number,
  addedAt: string,
  wiredAt: string | null,
  containerId: string,
  ifname: string,
  network: string,
];
type StoredHost = readonly [stream: string, began: number, held: ReadonlyArray<StoredHeld>];

const storeHeld = (held: Held): StoredHeld => {
  const { revision, position, place, addedAt, wiredAt, containerId, ifname, network } = held;
  return [revision, position, place, addedAt, wiredAt ?? null, containerId, ifname, network];
};

const encode = ({ position, leases, hosts }: ClusterView): string => {
  const lines = [
    JSON.stringify({
      position,
      quarantineSeconds: leases.quarantineSeconds,
      rows: [...leases.rows],
      members: [...leases.members],
      released: [...leases.released],
      hosts: Array.from(hosts, ([stream, { began, held }]) => [
        stream,
        began,
        Array.from(entriesOf(held), storeHeld),
      ]),
    }),
  ];
  // JSON has no raw line feed, so a text is a line: escaping it once more would double what is read.
  for (const { held } of hosts.values()) for (const { added } of entriesOf(held)) lines.push(added);
  return lines.join('\n');
};

const restoreHosts = (
  hosts: ReadonlyArray<StoredHost>,
  texts: ReadonlyArray<string>,
): Map<string, HostView> | undefined => {
  const restored = new Map<string, HostView>();
  let line = 0;
  for (const [stream, began, stored] of hosts) {
    const held: HeldAttachments = new Map();
    for (const [revision, position, place, addedAt, wiredAt, containerId, ifname, network] of stored) {
      const added = texts[line];
      if (added === undefined) return undefined;
      line += 1;
      put(held, {
        containerId,
        ifname,
        network,
        added,
        addedAt,
        wiredAt: wiredAt ?? undefined,
        revision,
        position,
        place,
        next: undefined,
      });
    }
    restored.set(stream, { began, held });
  }
  return line === texts.length ? restored : undefined;
};

/**
 * The entries are taken at their word: a snapshot's digest and fingerprint say that this very code wrote them, and to look at each
 * of a hundred thousand would take longer than all the rest of a start.
 */
const decode = (text: string): ClusterView | undefined => {
  const [first = '', ...texts] = text.split('\n');
  const parsed = E.tryCatch(
    () => JSON.parse(first) as unknown,
    () => undefined,
  );
  const stored = E.isRight(parsed) ? StoredView.decode(parsed.right) : parsed;
  if (E.isLeft(stored)) return undefined;
  const { position, quarantineSeconds, rows, members, released } = stored.right;
  const hosts = restoreHosts(stored.right.hosts as ReadonlyArray<StoredHost>, texts);
  return (
    hosts && {
      position,
      leases: {
        quarantineSeconds,
        rows: new Map(rows as Array<[never, never]>),
        members: new Map(members as Array<[never, never]>),
        released: new Map(released as Array<[never, never]>),
      },
      hosts,
    }
  );
};

/** The view between two runs of a program: some 600 bytes a pod. */
export const clusterViewCodec: StateCodec<ClusterView> = { name: 'cluster-view', encode, decode };
