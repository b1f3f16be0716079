import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';

/** What `npm run bench:wire` prints, and with `--json` as its last line. */
export type WireFigures = {
  /** Durable appends of one event each, one after the other. */
  readonly appendPerS: number;
  /** Events in appends of 500, four of them under way. */
  readonly bulkPerS: number;
  /** Events of one reading of the whole log. */
  readonly catchUpPerS: number;
  /** From sending an event until the last of 50 subscribers has it, at 500 events a second: 99 of 100 take no longer. All are in one process. */
  readonly subscribeLagP99Ms: number;
  /** The same of 50 subscribers in five processes, and a sixth that appends. */
  readonly spreadLagP99Ms: number;
  /** What the client reaches with a server that answers at once, without rights, log or disk. */
  readonly roundTripPerS: number;
  readonly clientBulkPerS: number;
  readonly clientCatchUpPerS: number;
  readonly clientLagP99Ms: number;
  readonly clientSpreadLagP99Ms: number;
  /** The most resident memory that the server ever had. */
  readonly rssMiB: number;
};

/** How much is measured. */
export type Size = {
  readonly sequential: number;
  readonly bulk: number;
  readonly lagSeconds: number;
};

export const fullSize: Size = { sequential: 10_000, bulk: 1_000_000, lagSeconds: 10 };

/** To see that all works; its figures say little. */
export const quickSize: Size = { sequential: 500, bulk: 20_000, lagSeconds: 2 };

export const batch = 500;
export const underWay = 4;
export const subscribers = 50;
export const eventsPerS = 500;
export const warmUpSeconds = 3;

/** About 300 bytes, as events of pods are. */
export const payload = (number: number): object => ({
  number,
  network: 'evio',
  containerId: 'c0ffee00'.repeat(8),
  ifname: 'eth0',
  addresses: ['10.244.3.17', 'fd00:244::311'],
  mac: '0a:58:0a:f4:03:11',
  pod: { namespace: 'default', name: `web-${number}`, uid: 'a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e' },
});

/** Spreads events over streams, as nodes do. */
export const streamOf = (number: number): string => `bench-${number % 100}`;

export const eventOf = (number: number) => jsonEvent({ type: 'PodAdded', data: payload(number) as never });

export const connect = (connection: string): EventStoreDBClient =>
  EventStoreDBClient.connectionString([connection] as unknown as TemplateStringsArray);
