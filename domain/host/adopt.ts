import { either as E } from 'fp-ts';
import { type PortMarks, readPortMarks, type UnreadableMark } from '../ovs/read-port.ts';
import type { OwnLink } from '../port/kernel.ts';
import type { PortSeen } from '../port/switch.ts';
import { attachmentKey } from './attachment.ts';
import type { ImportedPod } from './command.ts';
import type { ImportConflict } from './failure.ts';
import { conflictsOf } from './import-pods.ts';
import type { HostState } from './state.ts';

/** Why a live link of ours that the log does not know cannot be adopted. */
export type Unadoptable =
  | { readonly type: 'no-port' }
  | UnreadableMark
  /** The port's marks name another attachment than the link's alias. */
  | { readonly type: 'marks-differ'; readonly marked: string }
  /** No lease, or none that is given from now. */
  | { readonly type: 'no-lease' }
  | { readonly type: 'conflicts'; readonly conflicts: ReadonlyArray<ImportConflict> };

export type LeftAlone = { readonly link: OwnLink; readonly cause: Unadoptable };

export type Adoption = {
  readonly pods: ReadonlyArray<ImportedPod>;
  readonly left: ReadonlyArray<LeftAlone>;
};

type Candidate = { readonly link: OwnLink; readonly pod: ImportedPod };

const readCandidate = (link: OwnLink, port: PortSeen | undefined): E.Either<Unadoptable, ImportedPod> => {
  if (port === undefined) return E.left({ type: 'no-port' });
  const marks = readPortMarks(port);
  if (E.isLeft(marks)) return marks;
  const marked: PortMarks = marks.right;
  const key = attachmentKey(marked);
  if (key !== link.alias) return E.left({ type: 'marks-differ', marked: key });
  return E.right({ ...marked, mtu: link.mtu, hostIfname: link.name });
};

/** Everybody whom a conflict names: of two that claim one address, neither is believed. */
const namesIn = ({ attachment, conflict }: ImportConflict): ReadonlyArray<string> => [
  attachmentKey(attachment),
  ...(conflict.type === 'twice-in-source' ? [conflict.other] : []),
];

/**
 * Which live links of ours, unknown to this log, are taken into it, and which are not and why. Who a pod is stands in the alias of its
 * link and in the marks of its port; its MTU is the link's. What is adopted must be free in this lease: a pod keeps its
 * address, or is left alone.
 */
export const adoptionOf = (
  state: Readonly<HostState>,
  links: ReadonlyArray<OwnLink>,
  ports: ReadonlyArray<PortSeen>,
): Adoption => {
  const { lease } = state;
  const portOf = new Map(ports.map((port) => [port.name, port]));
  const left: LeftAlone[] = [];
  const candidates: Candidate[] = [];
  for (const link of links) {
    const pod =
      lease === undefined
        ? E.left({ type: 'no-lease' } as const)
        : readCandidate(link, portOf.get(link.name));
    if (E.isRight(pod)) candidates.push({ link, pod: pod.right });
    else left.push({ link, cause: pod.left });
  }
  if (lease === undefined) return { pods: [], left };
  const conflicts = conflictsOf(
    state,
    lease,
    candidates.map(({ pod }) => pod),
  );
  const pods: ImportedPod[] = [];
  for (const { link, pod } of candidates) {
    const own = conflicts.filter((conflict) => namesIn(conflict).includes(attachmentKey(pod)));
    if (own.length === 0) pods.push(pod);
    else left.push({ link, cause: { type: 'conflicts', conflicts: own } });
  }
  return { pods, left };
};
