import { ids as systemIds } from '../adapters/system/ids.ts';
import type { ClusterName } from '../domain/identity/cluster-name.ts';
import type { NodeName } from '../domain/identity/node-name.ts';
import type { Incarnation } from '../domain/identity/uuid.ts';
import type { HttpHandler } from '../domain/port/http.ts';
import type { Latched } from '../domain/port/latched.ts';
import type { Agent } from '../services/agent/agent.ts';
import { makeLoop, type Owner } from './loop.ts';
import { makeDisk } from './machine/disk.ts';
import { noFaults } from './machine/faults.ts';
import { emptyKernel } from './machine/kernel.ts';
import { emptyLender, type LenderState } from './machine/lender.ts';
import type { Machine } from './machine/machine.ts';
import { emptyQueue } from './machine/queue.ts';
import { allocatorCheckpoint, freshSurroundings } from './machine/surroundings.ts';
import { emptySwitch, loseFlows } from './machine/switch-state.ts';
import { emptyPool, type Pool, plantLitter } from './pool.ts';
import type { Broken } from './promises/broken.ts';
import { type History, makeHistory } from './promises/history.ts';
import { poolWitness } from './promises/pool-events.ts';
import type { Witness } from './promises/witness.ts';
import { type Dice, dice, uuidFrom } from './random.ts';
import type { Seams } from './seams.ts';
import { makeSlots, type Slot } from './slots.ts';

export const cluster = 'evio' as ClusterName;
export const node = 'node-1' as NodeName;
export const bridge = 'evio0';

/** What somebody can take from the machine, and the agent puts back. */
export type Taking = 'gateway' | 'rules' | `the link ${string}`;

/** A request that the agent has and has not answered. */
export type Open = {
  readonly client: Owner;
  /** Tells the agent that the client is gone. */
  readonly gone: () => void;
  /** Tells the client that the agent is gone. */
  readonly hangUp: () => void;
};

/** One process of the agent, from its start to its death. */
export type Life = {
  readonly owner: Owner;
  /** The step at which it began. */
  readonly beganAt: number;
  readonly open: Set<Open>;
  agent: Agent | undefined;
  handle: HttpHandler | undefined;
  /** Of its log. */
  latched: Latched | undefined;
};

/** One node and its container runtime. Today's program has one host, so agent and allocator share the one log. */
export type World = Machine & {
  readonly seams: Seams;
  readonly roll: Dice;
  readonly dualStack: boolean;
  /** How many events an era has; 0: it is closed by the operator alone. */
  readonly eraEvents: number;
  /** Whether the cluster begins with programs of an older generation in it. */
  readonly olderReaders: boolean;
  readonly slots: ReadonlyArray<Slot>;
  readonly pool: Pool;
  readonly lender: LenderState;
  /** What somebody else made on this machine, and we must not touch. */
  readonly foreign: { readonly links: ReadonlySet<string>; readonly ports: Set<string> };
  readonly breaks: (promise: Broken['promise'], what: string) => void;
  /** The log as the promises know it; another one after a power cut, which takes back what was not flushed. */
  history: History;
  /** Requests of the node that the allocator says it refused. */
  readonly answered: Set<string>;
  /** What somebody took and the agent has not put back, and since when, by `idleMs`. */
  readonly taken: Map<Taking, number>;
  /** How often the log was lost. */
  losses: number;
  /** The log's last position when the machine booted last. */
  bootedAt: number;
  boots: number;
  lives: number;
  life: Life | undefined;
  /** While the runtime collects garbage it asks for nothing else (CNI spec 1.1.0, GC). */
  collecting: Owner | undefined;
  /** The last step at which the machine refused what an undoing needs. */
  hinderedAt: number;
  /** How many steps were done. */
  steps: number;
  broken: (Broken & { readonly step: number }) | undefined;
};

/** What the kernel says; the agent may hear it otherwise (`seams.ts`). */
export const bootIdOf = ({ boots }: Pick<World, 'boots'>): string =>
  `00000000-0000-4000-8000-${String(boots).padStart(12, '0')}`;

const witness = (world: World): Witness => ({
  step: world.steps,
  hasLink: (name) => world.kernel.links.get(name)?.alias !== undefined,
  liveAddresses: () =>
    new Map(
      [...world.kernel.links].flatMap(([name, { addresses }]) => addresses.map((address) => [address, name])),
    ),
  isOver: ({ id, position }) =>
    world.answered.has(id) && Number(world.surroundings.files.get(allocatorCheckpoint) ?? -1) >= position,
  endedFor: (inode) => {
    const at = world.kernel.ended.get(inode)?.at;
    return at === undefined ? undefined : world.loop.now() - at;
  },
  isLive: (containerId) =>
    world.slots.some((slot) => slot.containerId === containerId && slot.belief === 'live'),
  lent: (containerId) => world.lender.given.get(containerId),
  pool: poolWitness(world),
});

/** The history of the log as it is now, without a look at the rest of the world. */
export const freshHistory = ({ breaks, disk }: Pick<World, 'breaks' | 'disk'>): History => {
  const history = makeHistory(breaks, systemIds);
  history.take(disk.eventsFrom(0), undefined);
  return history;
};

export const makeWorld = (seed: number, seams: Seams): World => {
  const roll = dice(seed ^ 0x5eed);
  const loop = makeLoop();
  const faults = noFaults();
  const slots = makeSlots();
  const breaks: World['breaks'] = (promise, what) => {
    world.broken ??= { promise, what, step: world.steps };
  };
  const committed = (): void => {
    world.history.take(world.disk.eventsFrom(world.history.end + 1), witness(world));
  };
  // A link and a port of somebody else's, under a name that one of our pods would want.
  const wanted = slots[0]?.hostIfname ?? '';
  const world: World = {
    loop,
    faults,
    disk: makeDisk(loop, faults, uuidFrom(roll) as Incarnation, committed, seams.latch),
    kernel: emptyKernel(),
    ovs: emptySwitch(),
    surroundings: freshSurroundings(),
    queue: emptyQueue(),
    folders: new Map(),
    wall: { offsetMs: 0 },
    ids: { random: () => uuidFrom(roll), derive: systemIds.derive },
    seams,
    eraEvents: [0, 8, 20, 60][roll(4)] ?? 0,
    dualStack: roll(2) === 0,
    olderReaders: roll(2) === 0,
    slots,
    pool: emptyPool(),
    lender: emptyLender(),
    foreign: { links: new Set(['eth0', wanted]), ports: new Set(['vm-tap0']) },
    breaks,
    history: makeHistory(breaks, systemIds),
    answered: new Set(),
    taken: new Map(),
    losses: 0,
    roll,
    bootedAt: -1,
    boots: 1,
    lives: 0,
    life: undefined,
    collecting: undefined,
    hinderedAt: -1,
    steps: 0,
    broken: undefined,
  };
  plantForeign(world);
  plantLitter(world);
  return world;
};

/** Links of the machine itself, and a virtual machine's port on the bridge that the pods share. */
export const plantForeign = ({ kernel, ovs, foreign }: World): void => {
  for (const name of foreign.links)
    kernel.links.set(name, { alias: undefined, inode: 0, ifname: name, up: true, addresses: [] });
  ovs.bridges.add(bridge);
  for (const name of foreign.ports)
    ovs.ports.set(name, {
      bridge,
      externalIds: undefined,
      guarded: false,
      ofport: ovs.nextOfport++,
      error: undefined,
    });
  loseFlows(ovs);
};
