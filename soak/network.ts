import type { Launched } from '../test/support/launch.ts';

/** A pod's sandbox: one network namespace at a time, and the container that uses it. */
export type Sandbox = {
  readonly netns: { readonly name: string; readonly path: string };
  readonly attachment: () => { readonly containerId: string; readonly ifname: string };
  readonly newContainer: (containerId: string) => void;
  readonly removeNetns: () => Promise<void>;
  /** Where it was removed, another one under the same path. */
  readonly makeNetns: () => Promise<void>;
};

/** What a machine has of the network, by the kernel's, the switch's and the files' own account: named things, by kind. */
export type Found = Readonly<Record<string, ReadonlyArray<string>>>;

/** A CNI network on a node: how a runtime calls it, and what it leaves on the machine. */
export type Network = {
  readonly title: string;
  readonly call: (verb: 'ADD' | 'CHECK' | 'DEL', sandbox: Sandbox) => Promise<Launched>;
  /** What must be there for this sandbox, and for no other. */
  readonly expected: (sandbox: Sandbox, addresses: ReadonlyArray<string>) => Found;
  readonly found: () => Promise<Found>;
};
