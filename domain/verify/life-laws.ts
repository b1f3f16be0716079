import type { IncarnationReplaced, NodeAttested } from '../cluster/events.ts';
import { lifeKey } from '../cluster/state.ts';
import type { IncarnationContinued } from '../host/events.ts';
import { parseHostStream } from '../stream.ts';
import { broken, type Found } from './broken.ts';
import type { ClusterMemory } from './cluster-memory.ts';
import type { HostMemory } from './host-memory.ts';

const ofMember = ({ state }: ClusterMemory, { node }: NodeAttested | IncarnationReplaced, life: string) => {
  const member = state.members.get(node);
  return member?.incarnation === life
    ? undefined
    : broken('life-gone', `the life of ${node} that is the member`, life);
};

/** Of a life that is no member the log may know by what it presented. */
export const ofNodeAttested = (memory: ClusterMemory, event: NodeAttested): Found | undefined =>
  memory.state.presented.has(lifeKey(event.node, event.incarnation))
    ? undefined
    : ofMember(memory, event, event.incarnation);

export const ofIncarnationReplaced = (
  memory: ClusterMemory,
  event: IncarnationReplaced,
): Found | undefined => {
  const found = ofMember(memory, event, event.previous);
  if (found !== undefined) return found;
  const { leases = [], attested } = memory.state.members.get(event.node) ?? {};
  const [held] = leases;
  if (held === undefined || attested !== undefined) return undefined;
  const by = memory.tenancies.get(held.subnet)?.by;
  return broken('life-gone', 'a life that is attested destroyed, or holds nothing', held.subnet, by);
};

/**
 * Of a life that was replaced itself since, the cluster's stream does not tell any more. Where the log was restored, the stream of the life
 * before was shorter when the cluster said again where it ends.
 */
export const ofIncarnationContinued = (
  { node }: HostMemory,
  { state }: ClusterMemory,
  own: string,
  { stream, revision, hash }: IncarnationContinued,
): Found | undefined => {
  const member = state.members.get(node);
  if (member === undefined || member.incarnation !== parseHostStream(own)?.incarnation) return undefined;
  const said = member.continues;
  if (said?.stream === stream && said.revision === revision && said.hash === hash) return undefined;
  const isRestored = state.epoch !== undefined && said?.stream === stream;
  if (isRestored && revision > said.revision) return undefined;
  const expected =
    said === undefined
      ? 'nothing of a life before'
      : `revision ${said.revision} of ${said.stream} (${said.hash})`;
  return broken('life-continued', expected, `revision ${revision} of ${stream} (${hash})`);
};
