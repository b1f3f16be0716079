import { either as E } from 'fp-ts';
import { admitPod } from './admit-pod.ts';
import { type AttachmentId, attachmentKey } from './attachment.ts';
import { carried } from './carried-state.ts';
import { chooseAddresses } from './choose-address.ts';
import { chooseMac } from './choose-mac.ts';
import type { AddPod, HostCommand } from './command.ts';
import { delegatedAddresses } from './delegated-addresses.ts';
import type { DeletionReason, EraClosed, HostEvent, PodDeleted } from './events.ts';
import type { HostFailure } from './failure.ts';
import { importPods } from './import-pods.ts';
import { decidePool, release } from './ipam/decide.ts';
import { leakRefusal } from './leaked.ts';
import { observeConfiguration, observeLease } from './observe-lease.ts';
import { presentLease } from './present-lease.ts';
import { requestSubnets } from './request-subnets.ts';
import { retireSubnets, surrenderRetired, unsurrendered } from './retire-subnets.ts';
import { type Attachment, addressesOf, type HostState, minReaderOf } from './state.ts';

type Decision = E.Either<HostFailure, ReadonlyArray<HostEvent>>;

const decided = (...events: ReadonlyArray<HostEvent>): Decision => E.right(events);

const nothing: Decision = decided();

const identity = ({ network, containerId, ifname }: AttachmentId): AttachmentId => ({
  network,
  containerId,
  ifname,
});

const deletion = (attachment: Attachment, reason: DeletionReason): PodDeleted => ({
  type: 'PodDeleted',
  ...identity(attachment),
  addresses: addressesOf(attachment),
  reason,
});

/** A lease on its way back is surrendered with its last attachment. */
const surrender = (
  { lease, extra }: HostState,
  leaving: boolean,
  remaining: number,
): ReadonlyArray<HostEvent> =>
  remaining === 0 && lease !== undefined
    ? [{ type: 'LeaseSurrendered', subnets: unsurrendered(lease, extra), leaving }]
    : [];

const surrenderWhenLeaving = (state: HostState, remaining: number): ReadonlyArray<HostEvent> =>
  state.leaveRequested || state.fence !== undefined ? surrender(state, state.leaveRequested, remaining) : [];

const start = (
  state: HostState,
  { bootId, clockSynchronised }: Extract<HostCommand, { readonly type: 'start' }>,
): Decision => {
  const rebooted = state.bootId !== undefined && state.bootId !== bootId;
  const lost = rebooted
    ? [...state.attachments.values()].map((attachment) => deletion(attachment, 'rebooted'))
    : [];
  const released = rebooted
    ? [...state.networks.values()].flatMap(({ allocated }) =>
        [...allocated.values()].map((one) => release(one, 'rebooted')),
      )
    : [];
  return decided(
    { type: 'HostStarted', bootId, ...(clockSynchronised === undefined ? {} : { clockSynchronised }) },
    ...lost,
    ...released,
    ...surrenderWhenLeaving(state, state.attachments.size - lost.length),
  );
};

const addPod = (state: HostState, command: AddPod): Decision => {
  const { delegated } = command;
  const lease = admitPod(state, { ...command, isDelegated: delegated !== undefined });
  if (E.isLeft(lease)) return lease;
  if (lease.right === 'answered') return nothing;
  const chosen =
    delegated === undefined
      ? chooseAddresses(state, lease.right, command.requestedAddresses, command.ranges)
      : delegatedAddresses(state, lease.right, delegated);
  if (E.isLeft(chosen)) return chosen;
  const [first] = chosen.right;
  if (first === undefined) return E.left({ type: 'no-lease' });
  const mac = chooseMac(state, first.address, command.requestedMac);
  if (E.isLeft(mac)) return mac;
  return E.right([
    {
      type: 'PodAdded',
      ...identity(command),
      ...(command.pod === undefined ? {} : { pod: command.pod }),
      netns: command.netns,
      addresses: chosen.right,
      ...(command.ranges === undefined ? {} : { ranges: command.ranges }),
      mac: mac.right,
      mtu: command.mtu,
      ...(command.vlan === undefined ? {} : { vlan: command.vlan }),
      ...(command.trunk === undefined ? {} : { trunk: command.trunk }),
      hostIfname: command.hostIfname,
      requestId: command.requestId,
      commandId: command.commandId,
    },
  ]);
};

/** The first generation of programs that reads eras. */
const eraReader = 3;

const closeEra = (state: HostState, head: EraClosed['head']): Decision => {
  const minReader = minReaderOf(state.lease);
  return minReader < eraReader
    ? E.left({ type: 'readers-too-old', minReader, needed: eraReader })
    : decided({ type: 'EraClosed', head });
};

/** What follows from a command, or why it is refused. The same command twice decides nothing the second time. */
export const decide = (command: HostCommand, state: HostState): Decision => {
  if (state.closed)
    return command.type === 'close-era' ? nothing : E.left({ type: 'era-closed', era: state.era });
  switch (command.type) {
    case 'start':
      return start(state, command);
    case 'request-join':
      return state.joinRequested && !state.leaveRequested && state.lease !== undefined
        ? nothing
        : decided({
            type: 'JoinRequested',
            node: command.node,
            publicKey: command.publicKey,
            ...(command.held === undefined ? {} : { held: command.held }),
            ...(command.hints === undefined ? {} : { hints: command.hints }),
            ...(command.replace === true ? { replace: true as const } : {}),
          });
    case 'observe-lease':
      return E.right(observeLease(state, command));
    case 'observe-configuration':
      return E.right(observeConfiguration(state, command));
    case 'observe-fence':
      return state.lease === undefined || state.fence !== undefined
        ? nothing
        : decided(
            { type: 'FenceObserved', reason: command.reason, clusterRevision: command.clusterRevision },
            ...surrender(state, state.leaveRequested, state.attachments.size),
          );
    case 'request-leave':
      if (state.lease === undefined) return E.left({ type: 'no-lease' });
      return state.leaveRequested
        ? nothing
        : decided({ type: 'LeaveRequested' }, ...surrender(state, true, state.attachments.size));
    case 'present-lease':
      return presentLease(state, command);
    case 'request-subnets':
      return requestSubnets(state, command.again);
    case 'retire-subnets':
      return retireSubnets(state, command.subnets);
    case 'surrender-retired':
      return surrenderRetired(state);
    case 'renew-lease':
      // A fenced node too: its pods run.
      return state.lease?.leaseTtlSeconds === undefined ? nothing : decided({ type: 'LeaseRenewed' });
    case 'add-pod':
      return addPod(state, command);
    case 'import-pods':
      return importPods(state, command);
    case 'allocate-addresses':
    case 'take-over-addresses':
    case 'release-addresses':
      return decidePool(command, state);
    case 'close-era':
      return closeEra(state, command.head);
    case 'open-era': {
      const { previous, from } = command;
      const era = from.era + 1;
      return state.era === era ? nothing : decided({ type: 'EraOpened', era, previous, ...carried(from) });
    }
    case 'wire-pod': {
      const attachment = state.attachments.get(attachmentKey(command));
      if (attachment === undefined)
        return E.left({ type: 'unknown-attachment', attachment: identity(command) });
      return attachment.status === 'attached' ? nothing : decided({ type: 'PodWired', ...identity(command) });
    }
    case 'delete-pod': {
      const attachment = state.attachments.get(attachmentKey(command));
      if (attachment === undefined) return nothing;
      const refusal = command.reason === 'leaked' ? leakRefusal(state) : undefined;
      if (refusal !== undefined) return E.left(refusal);
      return E.right([
        deletion(attachment, command.reason),
        ...surrenderWhenLeaving(state, state.attachments.size - 1),
      ]);
    }
  }
};
