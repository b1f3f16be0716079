import { folderAt } from './machine/address-folders.ts';
import type { Sets } from './machine/host-local.ts';
import type { Machine } from './machine/machine.ts';
import { makeSandbox, type Sandbox } from './slots.ts';

/** A pod that another plugin wires, with addresses of evio-ipam; or of host-local, when that is in its place. */
export type Guest = Sandbox;

export const poolNetwork = 'office';
export const poolFolder = '/var/lib/cni/networks/office';
export const guestCount = 8;

/** A file that names nobody: its address is in nobody's hands. */
export const litter = '10.20.0.4';

/** What became of the network's folder. */
export type Pool = {
  readonly guests: ReadonlyArray<Guest>;
  /** How often somebody removed all files. */
  emptied: number;
  /** How often host-local was run. */
  others: number;
  /** Whether files may be missing since then: a running agent writes none again. */
  isMissing: boolean;
  /** The last step at which the machine refused what an undoing needs there. */
  hinderedAt: number;
};

export const emptyPool = (): Pool => ({
  guests: Array.from({ length: guestCount }, (_, index) => makeSandbox(`g${index}`)),
  emptied: 0,
  others: 0,
  isMissing: false,
  hinderedAt: -1,
});

const ranges = [
  [{ subnet: '10.20.0.0/29' }, { subnet: '10.20.1.0/29', rangeStart: '10.20.1.2', rangeEnd: '10.20.1.3' }],
  [{ subnet: 'fd00:20::/125' }],
];

/** Two ranges of IPv4, and one of IPv6 where the cluster has both. */
export const rangesOf = (dualStack: boolean): unknown => (dualStack ? ranges : ranges.slice(0, 1));

const below = (prefix: string, from: number, to: number): ReadonlyArray<string> =>
  Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${from + index}`);

/** What they come to, each gateway left out. */
export const setsOf = (dualStack: boolean): Sets => [
  [...below('10.20.0.', 2, 6), ...below('10.20.1.', 2, 3)],
  ...(dualStack ? [below('fd00:20::', 2, 7)] : []),
];

export const poolFiles = ({ folders }: Pick<Machine, 'folders'>): ReadonlyMap<string, string> =>
  folderAt(folders, poolFolder).files;

/** By somebody who knows no container. */
export const plantLitter = ({ folders }: Pick<Machine, 'folders'>): void => {
  const { files, onDisk } = folderAt(folders, poolFolder);
  for (const map of [files, onDisk]) map.set(litter, '');
};
