import { either as E } from 'fp-ts';
import { parseAddress } from '../ip/address.ts';
import { parseCidr } from '../ip/cidr.ts';
import type { OwnershipIndex } from '../port/ownership-index.ts';
import { parseHostStream } from '../stream.ts';
import { entriesOfBoots, entriesOfSpan, type HistoryEntry } from './history-entry.ts';
import { horizonsOf, type Known } from './horizon-answer.ts';
import { type StepView, stepsIn } from './horizon-steps.ts';
import { clusterStreams, hostStreamOf } from './horizon-streams.ts';
import type { AllocationSpan, OwnershipSpan } from './ownership-span.ts';

export const historyKinds = ['pod', 'container', 'node', 'subnet', 'ip'] as const;
export type HistoryKind = (typeof historyKinds)[number];

/** What somebody may have meant by a name. */
export type Subject = { readonly kind: HistoryKind; readonly name: string };

export type History = {
  readonly subject: Subject;
  /** In the order of position. */
  readonly entries: ReadonlyArray<HistoryEntry>;
  readonly known: ReadonlyArray<Known>;
  readonly stepsBack: ReadonlyArray<StepView>;
};

export type HistoryFailure =
  | { readonly type: 'nothing-of-that-name'; readonly name: string }
  | { readonly type: 'ambiguous-name'; readonly name: string; readonly subjects: ReadonlyArray<Subject> };

const always = { from: -Number.MAX_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };

const podName = ({ pod }: AllocationSpan): string => `${pod?.namespace}/${pod?.name}`;

const hostStreams = (index: OwnershipIndex, node: string): ReadonlyArray<string> =>
  index.horizons().flatMap(({ stream }) => (parseHostStream(stream)?.node === node ? [stream] : []));

/** Runtimes show twelve characters of a container id; fewer than six would find too many. */
const shortestContainer = 6;

const subjectsOf = (index: OwnershipIndex, name: string): ReadonlyArray<Subject> => {
  const named = (kind: HistoryKind, names: ReadonlyArray<string>): ReadonlyArray<Subject> =>
    [...new Set(names)].map((one) => ({ kind, name: one }));
  const address = parseAddress(name);
  if (E.isRight(address)) return named('ip', [address.right]);
  const subnet = parseCidr(name);
  if (E.isRight(subnet)) return named('subnet', [subnet.right]);
  const containers = name.length < shortestContainer ? [] : index.allocationsOfContainer(name);
  const isNode = index.grantsOfNode(name).length > 0 || hostStreams(index, name).length > 0;
  return [
    ...named('pod', index.allocationsOfPod(name).map(podName)),
    ...named(
      'container',
      containers.map(({ containerId }) => containerId),
    ),
    ...named('node', isNode ? [name] : []),
  ];
};

const spansOf = (index: OwnershipIndex, { kind, name }: Subject): ReadonlyArray<OwnershipSpan> => {
  switch (kind) {
    case 'pod':
      return index.allocationsOfPod(name);
    case 'container':
      return index.allocationsOfContainer(name).filter(({ containerId }) => containerId === name);
    case 'node':
      return index.grantsOfNode(name);
    case 'subnet':
      return index.grantsOfSubnet(name);
    case 'ip': {
      const address = parseAddress(name);
      return E.isLeft(address)
        ? []
        : [...index.allocationsOf(address.right, always), ...index.grantsOf(address.right, always)];
    }
  }
};

const involved = (index: OwnershipIndex, subject: Subject, spans: ReadonlyArray<OwnershipSpan>) => {
  const held = spans.map((span) =>
    span.kind === 'allocation' ? span.stream : hostStreamOf(span.stream, span.node, span.incarnation),
  );
  const own = subject.kind === 'node' ? hostStreams(index, subject.name) : [];
  return new Set([...clusterStreams(index.horizons().map(({ stream }) => stream)), ...held, ...own]);
};

/** All that the log says of one pod, container, node, subnet or address; `kind` says which is meant where a name fits several. */
export const historyOf = (
  index: OwnershipIndex,
  name: string,
  kind: HistoryKind | undefined,
): E.Either<HistoryFailure, History> => {
  const subjects = subjectsOf(index, name).filter((subject) => kind === undefined || subject.kind === kind);
  const [subject, ...others] = subjects;
  if (subject === undefined) return E.left({ type: 'nothing-of-that-name', name });
  if (others.length > 0) return E.left({ type: 'ambiguous-name', name, subjects });
  const spans = spansOf(index, subject);
  const streams = involved(index, subject, spans);
  const boots = subject.kind === 'node' ? hostStreams(index, name).flatMap((of) => index.boots(of)) : [];
  const horizons = horizonsOf(index);
  const entries = [
    ...spans.flatMap((span) => entriesOfSpan(span, horizons.clockAt)),
    ...entriesOfBoots(boots, horizons.clockAt),
  ];
  return E.right({
    subject,
    entries: entries.sort((a, b) => a.position - b.position),
    known: [...streams].map((stream) => horizons.known(stream, undefined)),
    stepsBack: stepsIn(index, streams, always),
  });
};
