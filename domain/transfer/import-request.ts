import * as t from 'io-ts';
import type { Violation } from '../cluster/violation.ts';
import { Pod } from '../host/events.ts';
import { ImportSource } from '../import-source.ts';
import { Integer } from '../integer.ts';
import { IpAddress } from '../ip/address.ts';
import { Cidr } from '../ip/cidr.ts';

/** A running pod as another program left it: what its addresses are, and how it is wired. */
export const FoundPod = t.exact(
  t.intersection([
    t.type({
      network: t.string,
      containerId: t.string,
      ifname: t.string,
      netns: t.string,
      addresses: t.readonlyArray(IpAddress),
      mac: t.string,
      hostIfname: t.string,
    }),
    /** The bridge's when absent. */
    t.partial({ mtu: Integer, pod: Pod }),
  ]),
);
export type FoundPod = t.TypeOf<typeof FoundPod>;

/** What the agent is asked to take over: `POST /v1/import`. */
export const ImportRequest = t.exact(
  t.intersection([
    t.type({
      from: ImportSource,
      /** Say what would be done, and do nothing. */
      dryRun: t.boolean,
      pods: t.readonlyArray(FoundPod),
    }),
    /** Of a dry run on a node without a lease: what it would ask for. Absent: whatever the allocator will choose. */
    t.partial({ subnets: t.readonlyArray(Cidr) }),
  ]),
);
export type ImportRequest = t.TypeOf<typeof ImportRequest>;

/** What a dry run on a node without a lease finds in the way. */
export type Unleased = {
  readonly violations: ReadonlyArray<Violation>;
  /** What nobody can say before there is a lease, in words. */
  readonly untold: ReadonlyArray<string>;
};

/** What became of each pod; in the order of the request. */
export type ImportAnswer = {
  readonly dryRun: boolean;
  /** Absent where the node has a lease. */
  readonly unleased?: Unleased;
  readonly pods: ReadonlyArray<FoundPod & { readonly state: 'imported' | 'known' | 'gone' }>;
};
