import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { either as E, taskEither as TE } from 'fp-ts';
import { openKernel } from '../../../adapters/kernel/open.ts';
import type { Kernel, KernelFailure, NetnsId, PodWiring } from '../../../domain/port/kernel.ts';
import { makeNetns, type Netns } from '../../support/netns.ts';

/** A host of the test's own: a namespace that the kernel port takes for the host's. */
export type Host = { readonly netns: Netns; readonly kernel: Kernel };

/** Made for one test, removed at its end. */
export const makeHost = async (t: ExecutionContext): Promise<Host> => {
  const netns = await makeNetns('host');
  t.teardown(netns.remove);
  const kernel = await openKernel({ netnsPath: netns.path });
  t.teardown(kernel.close);
  return { netns, kernel };
};

export const makePod = async (t: ExecutionContext): Promise<Netns> => {
  const netns = await makeNetns('pod');
  t.teardown(netns.remove);
  return netns;
};

export const idOf = (path: string): NetnsId => {
  const { dev, ino } = statSync(path);
  return { device: dev, inode: ino };
};

/** Dual stack, as the agent asks for it; pod `n` of a host has its own addresses, MACs and names. */
export const wiringOf = (netns: Netns, n = 2): PodWiring => {
  const hex = n.toString(16).padStart(2, '0');
  return {
    netnsPath: netns.path,
    netnsId: idOf(netns.path),
    ifname: 'eth0',
    podMac: `0a:58:0a:f4:00:${hex}`,
    hostIfname: `evio${randomBytes(4).toString('hex')}`,
    hostMac: `0a:59:0a:f4:00:${hex}`,
    mtu: 1350,
    addresses: [`10.244.0.${n}`, `fd00:10:244::${n.toString(16)}`],
    gateways: ['10.244.0.1', 'fd00:10:244::1'],
    checksumOffload: false,
    alias: `pods container-${n} eth0`,
  };
};

/** What an ADD asks of the kernel, with no switch in between. */
export const attachPod = (kernel: Kernel, wiring: PodWiring): TE.TaskEither<KernelFailure, void> =>
  TE.flatMap(kernel.createPair(wiring), () => kernel.finishPair(wiring));

export const right = async <A>(task: TE.TaskEither<KernelFailure, A>): Promise<A> => {
  const result = await task();
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left));
  return result.right;
};

export const left = async <A>(task: TE.TaskEither<KernelFailure, A>): Promise<KernelFailure> => {
  const result = await task();
  if (E.isRight(result)) throw new Error(`it was not refused: ${JSON.stringify(result.right)}`);
  return result.left;
};

/** What `ip -json …` says in the namespace. */
export const ip = async <A>(netns: Netns, ...args: ReadonlyArray<string>): Promise<ReadonlyArray<A>> => {
  const text = await netns.exec('ip', '-json', '-details', ...args);
  return text.trim() === '' ? [] : JSON.parse(text);
};

export type LinkSeen = {
  readonly ifname: string;
  readonly flags: ReadonlyArray<string>;
  readonly mtu: number;
  readonly address: string;
  readonly ifalias?: string;
  readonly num_tx_queues: number;
  readonly num_rx_queues: number;
};

export const linkNames = async (netns: Netns): Promise<ReadonlyArray<string>> =>
  (await ip<LinkSeen>(netns, 'link')).map(({ ifname }) => ifname);

/** A bridge in the host's namespace, which is the pods' gateway. */
export const makeGateway = async ({ netns, kernel }: Host): Promise<void> => {
  await netns.exec('ip', 'link', 'add', 'evio0', 'type', 'bridge');
  await right(
    kernel.ensureGateway({ name: 'evio0', addresses: ['10.244.0.1/24', 'fd00:10:244::1/64'], mtu: 1350 }),
  );
};

export const plugIn = async ({ netns }: Host, { hostIfname }: PodWiring): Promise<void> => {
  await netns.exec('ip', 'link', 'set', hostIfname, 'master', 'evio0');
};

export const openDescriptors = (): number => readdirSync('/proc/self/fd').length;
