import type { AddPod } from '../../domain/host/command.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import { leaseObserved, nodeName, podAdded } from './events.ts';

export const bootId = '5c0b4f5e-1f2b-4a53-9f6a-0f4b0a1c2d3e';
export const started: HostEvent = { type: 'HostStarted', bootId };
export const joinRequested: HostEvent = { type: 'JoinRequested', node: nodeName('node-1'), publicKey: 'key' };
export const joined: ReadonlyArray<HostEvent> = [started, joinRequested, leaseObserved];
export const leaveRequested: HostEvent = { type: 'LeaveRequested' };
export const surrendered = (leaving: boolean): HostEvent => ({
  type: 'LeaseSurrendered',
  subnets: leaseObserved.subnets,
  leaving,
});
export const fenced: HostEvent = { type: 'FenceObserved', reason: 'replaced', clusterRevision: 5 };

/** The command that `podAdded` with the same arguments follows from. */
export const addPod = (containerId: string, more: Partial<AddPod> = {}): AddPod => {
  const { netns, hostIfname, requestId, commandId, mtu } = podAdded(containerId, '10.244.0.2');
  return {
    type: 'add-pod',
    network: 'evio',
    containerId,
    ifname: 'eth0',
    netns,
    hostIfname,
    requestId,
    commandId,
    mtu,
    requestedAddresses: [],
    ...more,
  };
};

export const attachment = (containerId: string) => ({ network: 'evio', containerId, ifname: 'eth0' });
export const wirePod = (containerId: string) => ({ type: 'wire-pod' as const, ...attachment(containerId) });
export const deletePod = (containerId: string) => ({
  type: 'delete-pod' as const,
  reason: 'deleted' as const,
  ...attachment(containerId),
});
