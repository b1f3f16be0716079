import { sha256 } from '../../adapters/system/sha256.ts';
import type { ClusterEvent } from '../../domain/cluster/events.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { LoggedEvent } from '../../domain/port/log-reader.ts';
import {
  finishVerification,
  startVerification,
  type Verified,
  verifyEvent,
} from '../../domain/verify/verification.ts';
import { configured, joined, leased } from './cluster.ts';
import { ip, leaseObserved } from './events.ts';
import { joinRequested, started } from './host.ts';
import { hostStreamOf, type Told } from './logged.ts';

export const cluster = (event: ClusterEvent): Told => ['cluster-evio', event];
export const host = (event: HostEvent, node = 'node-1'): Told => [hostStreamOf(node), event];

export const verify = (events: ReadonlyArray<LoggedEvent>): Verified => {
  const verification = startVerification(sha256, (position) => events[position]);
  events.every((event) => verifyEvent(verification, event));
  return finishVerification(verification);
};

/** node-1 and its first lease: positions 0 to 5. */
export const beginning: ReadonlyArray<Told> = [
  cluster(configured()),
  host(started),
  host(joinRequested),
  cluster(joined('node-1', '10.10.0.1')),
  cluster(leased('node-1', '10.244.0.0/24')),
  host(leaseObserved),
];

export const requested = (address: string) => ({
  address: ip(address),
  choice: { by: 'requested' } as const,
});

export const imported = (address: string) => ({
  address: ip(address),
  choice: { by: 'imported', from: 'host-local' } as const,
});

export const delegated = (address: string) => ({
  address: ip(address),
  choice: { by: 'delegated', plugin: 'host-local' } as const,
});
