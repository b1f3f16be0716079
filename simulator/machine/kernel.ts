import { either as E } from 'fp-ts';
import type { Kernel, KernelChange, KernelFailure, NetnsId, PodWiring } from '../../domain/port/kernel.ts';
import type { Loop, Owner } from '../loop.ts';
import { type Faults, fails, type Operation } from './faults.ts';

type Link = {
  /** Behind our mark; `undefined` on a link that is somebody else's. */
  alias: string | undefined;
  /** The namespace that its peer lies in. */
  readonly inode: number;
  readonly ifname: string;
  up: boolean;
  /** What the pod answers for; none before the pair is finished. */
  addresses: ReadonlyArray<string>;
};

type Netns = { readonly inode: number };

/** The kernel's side of the machine: it outlives the agent, not the machine. */
export type KernelState = {
  readonly netns: Map<string, Netns>;
  readonly links: Map<string, Link>;
  /** Addresses on the bridge's own interface. */
  gateway: ReadonlyArray<string>;
  /** Namespaces that ended, by their number: where they were, and when. */
  readonly ended: Map<number, { readonly path: string; readonly at: number }>;
  /** Who hears of changes. */
  readonly watchers: Set<(change: KernelChange) => void>;
};

export const emptyKernel = (): KernelState => ({
  netns: new Map(),
  links: new Map(),
  gateway: [],
  ended: new Map(),
  watchers: new Set(),
});

const nothing: KernelChange = {
  gateway: false,
  settings: false,
  rules: false,
  lost: false,
  down: [],
  gone: [],
};

export const tellWatchers = ({ watchers }: KernelState, change: Partial<KernelChange>): void => {
  for (const tell of [...watchers]) tell({ ...nothing, ...change });
};

/** Of nsfs, which holds every namespace. */
export const device = 4;

/** The namespace ends, and each pair of links with an end in it. */
export const removeNetns = ({ netns, links, ended }: KernelState, path: string, now: number): void => {
  const gone = netns.get(path);
  netns.delete(path);
  if (gone !== undefined) ended.set(gone.inode, { path, at: now });
  for (const [name, { inode }] of links) if (inode === gone?.inode) links.delete(name);
};

const refusal = (operation: string): KernelFailure => ({ type: 'kernel-refused', operation, errno: 'EIO' });

export const openKernel = (
  state: KernelState,
  faults: Faults,
  loop: Loop,
  owner: Owner,
  /** Whether an interface of this name is the bridge's own. */
  isBridge: (name: string) => boolean,
): Kernel => {
  type Answer<A> = E.Either<KernelFailure, A>;
  const { links, netns } = state;
  const attempt =
    <A>(operation: Operation, name: string, effect: () => Answer<A>) =>
    (): Promise<Answer<A>> =>
      loop.change(owner, `${operation} ${name}`, () =>
        fails(faults, operation) ? E.left(refusal(operation)) : effect(),
      );
  const found = (path: string, wanted?: NetnsId): Answer<Netns> => {
    const there = netns.get(path);
    if (there === undefined || faults.blind) return E.left({ type: 'netns-missing', path });
    return wanted === undefined || wanted.inode === there.inode
      ? E.right(there)
      : E.left({ type: 'netns-replaced', path });
  };
  const taken = (path: string, ifname: string, { inode }: Netns): Answer<undefined> =>
    [...links.values()].some((link) => link.inode === inode && link.ifname === ifname)
      ? E.left({ type: 'ifname-taken', ifname, path })
      : E.right(undefined);

  const createPair = ({ netnsPath, netnsId, ifname, hostIfname, alias }: PodWiring): Answer<void> => {
    const there = found(netnsPath, netnsId);
    if (E.isLeft(there)) return there;
    if (links.has(hostIfname)) return E.left({ ...refusal('createPair'), errno: 'EEXIST' } as KernelFailure);
    const free = taken(netnsPath, ifname, there.right);
    if (E.isLeft(free)) return free;
    links.set(hostIfname, { alias, inode: there.right.inode, ifname, up: true, addresses: [] });
    return E.right(undefined);
  };

  /** Pairs on their way: the kernel's thread takes one request after the other. */
  const creating = new Map<string, Promise<unknown>>();
  const creation = (wiring: PodWiring): Promise<Answer<void>> => {
    const created = attempt('createPair', wiring.hostIfname, () => createPair(wiring))();
    creating.set(wiring.hostIfname, created);
    return created;
  };

  const finishPair = ({
    netnsPath,
    netnsId,
    hostIfname,
    addresses,
    alias,
    preparedAs,
  }: PodWiring): Answer<void> => {
    const link = links.get(hostIfname);
    const there = found(netnsPath, netnsId);
    if (E.isLeft(there)) return there;
    if (link === undefined) return E.left({ type: 'link-missing', name: hostIfname });
    if (link.alias !== (preparedAs ?? alias)) return E.left({ type: 'foreign-link', name: hostIfname });
    link.alias = alias;
    link.addresses = addresses;
    return E.right(undefined);
  };

  const detach = (name: string): Answer<void> => {
    const link = links.get(name);
    if (link !== undefined && link.alias === undefined) return E.left({ type: 'foreign-link', name });
    links.delete(name);
    return E.right(undefined);
  };

  return {
    netns: (path, ifname) =>
      attempt('netns', path, () => {
        const there = found(path);
        if (E.isLeft(there)) return there;
        const free = ifname === undefined ? E.right(undefined) : taken(path, ifname, there.right);
        return E.isLeft(free) ? free : E.right({ device, inode: there.right.inode });
      }),
    createPair: (wiring) => () => creation(wiring),
    finishPair: (wiring) => async () => {
      await creating.get(wiring.hostIfname);
      return loop.change(owner, `finishPair ${wiring.hostIfname}`, () => {
        const finished = fails(faults, 'finishPair') ? E.left(refusal('finishPair')) : finishPair(wiring);
        if (E.isLeft(finished)) detach(wiring.hostIfname);
        return finished;
      });
    },
    announcePod: (wiring) =>
      attempt('announcePod', wiring.hostIfname, () =>
        links.has(wiring.hostIfname)
          ? E.right(undefined)
          : E.left({ type: 'link-missing', name: wiring.hostIfname }),
      ),
    detachPod: (name) => attempt('detachPod', name, () => detach(name)),
    inspectPod: (wiring) => () =>
      loop.look(owner, `inspectPod ${wiring.hostIfname}`, () => {
        const there = found(wiring.netnsPath, wiring.netnsId);
        if (E.isLeft(there)) return there;
        const held = links.get(wiring.hostIfname)?.addresses ?? [];
        return E.right(
          wiring.addresses.filter((ip) => !held.includes(ip)).map((ip) => `${wiring.ifname} has lost ${ip}`),
        );
      }),
    ownLinks: () => () =>
      loop.look(owner, 'ownLinks', () => {
        if (fails(faults, 'ownLinks')) return E.left(refusal('ownLinks'));
        const own = [...links].flatMap(([name, { alias, up }]) =>
          alias === undefined ? [] : [{ name, alias, up, mtu: 1410 }],
        );
        // A dump that was interrupted leaves something out.
        return E.right(own.length > 0 && fails(faults, 'stale ownLinks') ? own.slice(1) : own);
      }),
    ensureGateway: ({ name, addresses }) =>
      attempt('ensureGateway', name, () => {
        if (!isBridge(name)) return E.left({ type: 'link-missing', name });
        const lost = addresses.filter((one) => !state.gateway.includes(one));
        state.gateway = addresses;
        return E.right(lost.map((one) => `${name} has lost ${one}`));
      }),
    inspectGateway:
      ({ name, addresses }) =>
      () =>
        loop.look(owner, `inspectGateway ${name}`, () =>
          E.right(
            addresses.filter((one) => !state.gateway.includes(one)).map((one) => `${name} has lost ${one}`),
          ),
        ),
    // No pod of this world is in a VLAN.
    podRoutes: () => () => loop.look(owner, 'podRoutes', () => E.right([])),
    addPodRoutes: () => async () => E.right(undefined),
    removePodRoutes: () => async () => E.right(undefined),
    raiseLinks: (names) =>
      attempt('raiseLinks', names.join(), () => {
        for (const name of names) {
          const link = links.get(name);
          if (link?.alias !== undefined) link.up = true;
        }
        return E.right(undefined);
      }),
    watch: (_watched, listener) => async () => {
      const tell = (change: KernelChange): void =>
        loop.soon(owner, 'the kernel tells of a change', () => listener(change));
      state.watchers.add(tell);
      return E.right(() => state.watchers.delete(tell));
    },
    close: async () => undefined,
  };
};
