import { canonicalJson, type Json } from '../canonical-json.ts';
import type { PodAdded } from '../host/events.ts';
import { initialState } from '../host/state.ts';
import type { LogIdentity } from '../port/event-store.ts';
import type { Ids } from '../port/ids.ts';
import type { TextFile } from '../port/new-folder.ts';
import { entriesOf } from '../projection/attachment-index.ts';
import { clusterRows } from '../projection/cluster-view.ts';
import type { Held } from '../projection/held-attachments.ts';
import { parseHostStream } from '../stream.ts';
import { desiredHost, type HostOptions } from './desired-host.ts';
import type { Replayed } from './replay-log.ts';

/** By code units, as canonical JSON sorts its keys: the same in every locale. */
const by =
  <Row>(key: (row: Row) => string) =>
  (a: Row, b: Row): number =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;

const file = (name: string, value: Json): TextFile => ({ name, text: `${canonicalJson(value)}\n` });

const keyOf = ({ network, containerId, ifname }: Pick<Held, 'network' | 'containerId' | 'ifname'>): string =>
  `${network}/${containerId}/${ifname}`;

/**
 * The derived state as files of canonical JSON, rows sorted: the same log gives the same bytes. `replay.json` says of what;
 * `leases.json` and `allocations.json` what is held; `hosts/NODE.INCARNATION.json` what that host's switch and kernel should have, and
 * whether it is the cluster's member now: a life that ended with its disk never says what became of its pods.
 */
export const replayFiles = function* (
  ids: Pick<Ids, 'derive'>,
  identity: LogIdentity,
  { view, hosts }: Replayed,
  options: HostOptions,
): Generator<TextFile, void> {
  const rows = clusterRows(view);
  yield file('replay.json', { ...identity, position: view.position });
  yield file('leases.json', rows.leases.toSorted(by(({ subnet }) => subnet)));
  yield file(
    'allocations.json',
    rows.hosts
      .filter(({ allocations }) => allocations.length > 0)
      .toSorted(by(({ stream }) => stream))
      .map(({ stream, allocations }) => ({ stream, allocations: allocations.toSorted(by(keyOf)) })),
  );
  for (const [stream, { held }] of view.hosts) {
    const source = parseHostStream(stream);
    const state = hosts.get(stream) ?? initialState();
    if (source === undefined) continue;
    const attached = [...entriesOf(held)]
      .filter(({ wiredAt }) => wiredAt !== undefined)
      .toSorted(by(keyOf))
      .map(({ added }) => JSON.parse(added) as PodAdded);
    const member = view.leases.members.get(source.node)?.incarnation === source.incarnation;
    yield file(`hosts/${source.node}.${source.incarnation}.json`, {
      stream,
      member,
      ...desiredHost(ids, state, attached, options),
    });
  }
};
