import { either as E } from 'fp-ts';
import { conflistChange } from '../../domain/cni/conflist-change.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import type { Lease } from '../../domain/host/state.ts';
import { linkChanges } from '../../domain/kernel/link-changes.ts';
import { gatewayInterface, masqueradeOf } from '../../domain/kernel/node-network.ts';
import { ownTable } from '../../domain/kernel/own-table.ts';
import { preparedKey } from '../../domain/kernel/prepared-alias.ts';
import { cookieOf } from '../../domain/ovs/cookie.ts';
import { portChanges } from '../../domain/ovs/port-changes.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { Difference } from '../../domain/transfer/drift-answer.ts';
import type { Member } from './agent.ts';
import { compareFlows } from './compare-flows.ts';
import type { AgentConfiguration } from './configuration.ts';
import { type NodeNetworkFailure, wrongSettings } from './node-network.ts';
import type { AgentPorts, Host } from './ports.ts';
import { readConflists } from './publish.ts';
import { vlanDifferences } from './reconcile-vlans.ts';
import { isStray } from './settle-prepared.ts';
import type { Turns } from './turns.ts';
import { watchUnderWay } from './under-way.ts';

export type LookFailure = NodeNetworkFailure | FilesFailure;

type Looked = E.Either<LookFailure, ReadonlyArray<Difference>>;

/** The node, and who has a turn now: what is in the middle of its ADD or DEL is no drift. */
export type Looking = {
  readonly ports: AgentPorts;
  readonly configuration: AgentConfiguration;
  readonly host: Host;
  readonly turns: Turns;
  readonly readiness: Member['readiness'];
};

const wrongPort = (guarded: boolean, antiSpoofing: boolean): Pick<Difference, 'difference' | 'change'> => {
  if (guarded) return { difference: 'it is guarded, with anti-spoofing off', change: 'open it' };
  return antiSpoofing
    ? { difference: 'it lets pass what no flow allows', change: 'guard it' }
    : { difference: 'it is in other VLANs than its pod', change: 'put it right' };
};

/** Links, ports and flows of pods. */
const ofPods = async ({ ports, configuration, host, turns, readiness }: Looking): Promise<Looked> => {
  const { bridge, antiSpoofing } = configuration;
  const whoWas = watchUnderWay(host, turns);
  const links = await ports.kernel.ownLinks()();
  if (E.isLeft(links)) return links;
  const there = await ports.flows.flows()();
  if (E.isLeft(there) && antiSpoofing) return there;
  const seen = await ports.switch.ports()();
  if (E.isLeft(seen)) return seen;
  const { attachments } = host.state();
  const underWay = whoWas();
  const busy = underWay.keys;
  const names = new Set(links.right.map(({ name }) => name));
  const here = seen.right.filter((port) => port.bridge === bridge.name);
  const found: Difference[] = [];
  for (const [key, { status }] of attachments)
    if (status === 'reserved' && !busy.has(key))
      found.push({
        part: 'attachment',
        name: key,
        difference: 'it is reserved, and its ADD is not under way',
        change: 'undo it',
      });
  for (const change of linkChanges(attachments, links.right, busy)) {
    const { type, name } = change;
    if (type === 'raise') found.push({ part: 'link', name, difference: 'it is down', change: 'bring it up' });
    // Links of pods that another program wired are not among ours.
    else if (cookieOf(name) !== undefined) {
      const difference = `the link of ${change.key} is gone: its DEL has not come`;
      found.push({ part: 'link', name, difference });
    }
  }
  for (const link of links.right.filter((each) => isStray(host, turns, each)))
    found.push({
      part: 'link',
      name: link.name,
      difference: `it was prepared for ${preparedKey(link.alias)}, whose ADD is not under way`,
      change: 'remove it',
    });
  for (const unadopted of readiness.unadopted ?? [])
    found.push({
      part: 'link',
      name: unadopted.split(' ')[0] ?? '',
      difference: `not in the log: ${unadopted}`,
    });
  for (const { type, attachment, name } of portChanges(attachments, here, names, busy))
    found.push(
      type === 'plug'
        ? {
            part: 'port',
            name,
            difference: `the port of ${attachmentKey(attachment)} is missing`,
            change: 'plug it in',
          }
        : { part: 'port', name, difference: 'it has neither link nor attachment', change: 'remove it' },
    );
  const { settled, wrong, changes } = compareFlows(
    configuration,
    host.state(),
    turns.prepared.values(),
    underWay,
    here,
    E.isLeft(there) ? [] : there.right,
  );
  for (const { name, guarded } of wrong)
    found.push({ part: 'port', name, ...wrongPort(guarded, antiSpoofing) });
  const nameOf = new Map(settled.map(({ name }) => [cookieOf(name), name]));
  const byCookie = Map.groupBy(changes, (change) =>
    change.type === 'add' ? change.flow.cookie : change.cookie,
  );
  for (const [cookie, group] of byCookie) {
    const added = group.filter(({ type }) => type === 'add').length;
    const name = nameOf.get(cookie) ?? cookie;
    found.push({
      part: 'flows',
      name,
      difference: added === group.length ? `${added} are missing` : 'there are others than there should be',
      change: added === 0 ? 'remove them' : 'write them',
    });
  }
  return E.right(found);
};

const ofGateway = async ({ ports, configuration }: Looking, lease: Lease): Promise<Looked> => {
  const { bridge } = configuration;
  const gateway = await ports.kernel.inspectGateway(gatewayInterface(lease, bridge))();
  return E.map((differences: ReadonlyArray<string>) =>
    differences.map(
      (difference): Difference => ({
        part: 'gateway',
        name: bridge.name,
        difference,
        change: 'put it right',
      }),
    ),
  )(gateway);
};

const ofVlans = async ({ ports, configuration, host, turns }: Looking, lease: Lease): Promise<Looked> => {
  const whoWas = watchUnderWay(host, turns);
  const seen = await ports.switch.ports()();
  return E.isLeft(seen) ? seen : vlanDifferences(ports, configuration, host, lease, seen.right, whoWas);
};

const ofSettings = async ({ ports, configuration }: Looking, lease: Lease): Promise<Looked> => {
  const wrong = await wrongSettings(ports, configuration, lease);
  if (E.isLeft(wrong)) return wrong;
  return E.right(
    wrong.right.map(({ path, now, value }) => ({
      part: 'setting',
      name: path,
      difference: `it is ${now ?? 'missing'}`,
      change: `set it to ${value}`,
    })),
  );
};

const ofRules = async ({ ports, configuration }: Looking, lease: Lease): Promise<Looked> => {
  const wrong = await ports.firewall.inspect(masqueradeOf(lease, configuration.masqueradeExclude))();
  if (E.isLeft(wrong)) return wrong;
  return E.right(
    wrong.right.map((difference) => ({
      part: 'rules',
      name: `inet ${ownTable}`,
      difference,
      change: 'write the table anew',
    })),
  );
};

/** The runtime's configuration: what is staged, where the node serves. */
const ofCni = async ({ ports, configuration, host }: Looking): Promise<Looked> => {
  const there = await readConflists(ports, configuration);
  if (E.isLeft(there)) return there;
  if (conflistChange(host.state(), there.right)?.type !== 'publish') return E.right([]);
  const difference =
    there.right.published === undefined ? 'it is not there' : 'it is not what evio-config-gen staged';
  return E.right([{ part: 'cni', name: configuration.publishedConflist, difference, change: 'publish it' }]);
};

/**
 * What a reconciliation would find now, without a change to anything; each difference from the same comparison that the reconciliation
 * goes by. A node without a lease should have nothing yet.
 */
export const differences = async (looking: Looking): Promise<Looked> => {
  const { lease } = looking.host.state();
  if (lease === undefined) return E.right([]);
  const found: Difference[] = [];
  for (const look of [ofPods, ofGateway, ofVlans, ofSettings, ofRules, ofCni]) {
    const looked = await look(looking, lease);
    if (E.isLeft(looked)) return looked;
    found.push(...looked.right);
  }
  return E.right(found);
};
