import { ids as systemIds } from '../../adapters/system/ids.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { Incarnation } from '../../domain/identity/uuid.ts';
import { type Loop, makeLoop } from '../loop.ts';
import { makeDisk } from '../machine/disk.ts';
import { noFaults } from '../machine/faults.ts';
import { freshSurroundings } from '../machine/surroundings.ts';
import { dice, uuidFrom } from '../random.ts';
import { type Host, type HostHistory, openPath } from './host.ts';
import type { LedgerMachine } from './ledger-machine.ts';
import { makeHostHistory } from './promises/host-history.ts';
import { makeLedgerHistory } from './promises/ledger-history.ts';
import type { ClusterSeams } from './seams.ts';
import type { ClusterWorld } from './world.ts';

type MakeHost = Pick<Host, 'name' | 'node'> & {
  readonly loop: Loop;
  readonly logId: Incarnation;
  readonly historyOf: (host: Host) => HostHistory;
};

const makeHost = ({ name, node, loop, logId, historyOf }: MakeHost): Host => {
  const faults = noFaults();
  const committed = (): void => host.history.take(host.disk.eventsFrom(host.history.end() + 1));
  const disk = makeDisk(loop, faults, logId, committed);
  const surroundings = freshSurroundings();
  const host: Host = {
    name,
    node,
    disk,
    surroundings,
    faults,
    wall: { offsetMs: 0 },
    path: openPath(),
    history: undefined as never,
    boots: 1,
    life: undefined,
    running: new Map(),
    underWay: new Map(),
    kept: undefined,
    lost: undefined,
    meddled: false,
  };
  host.history = historyOf(host);
  return host;
};

/** The history of the cluster log as it is now, read from the beginning. */
export const readLedgerHistory = (world: ClusterWorld): void => {
  const { ledger } = world;
  const { decided } = ledger.history;
  ledger.history = makeLedgerHistory(world, decided);
  ledger.history.take(ledger.disk.eventsFrom(0), 'again');
};

const makeLedgerMachine = (world: ClusterWorld): LedgerMachine => {
  const { loop, roll } = world;
  const faults = noFaults();
  const committed = (): void => {
    const { history, disk } = world.ledger;
    history.take(disk.eventsFrom(history.end() + 1));
  };
  return {
    disk: makeDisk(loop, faults, uuidFrom(roll) as Incarnation, committed),
    faults,
    surroundings: freshSurroundings(),
    wall: { offsetMs: 0 },
    connections: new Set(),
    history: makeLedgerHistory(world, new Map()),
    life: undefined,
    backup: undefined,
    doubled: false,
  };
};

/** The history of a machine's log as it is now, read from the beginning. */
export const readHistory = (world: ClusterWorld, host: Host): void => {
  host.history.forget();
  host.history = makeHostHistory(world, host);
  host.history.take(host.disk.eventsFrom(0), 'again');
};

export const addHost = (world: ClusterWorld, name: string, node: NodeName): Host => {
  const host = makeHost({
    name,
    node,
    loop: world.loop,
    logId: uuidFrom(world.roll) as Incarnation,
    historyOf: (made) => makeHostHistory(world, made),
  });
  world.hosts.push(host);
  return host;
};

export const makeClusterWorld = (seed: number, nodes: number, seams: ClusterSeams): ClusterWorld => {
  const roll = dice(seed ^ 0x5eed);
  const loop = makeLoop();
  const world: ClusterWorld = {
    loop,
    breaks: (promise, what) => {
      world.broken ??= { promise, what, step: world.steps };
    },
    steps: 0,
    broken: undefined,
    seams,
    roll,
    ids: { random: () => uuidFrom(roll), derive: systemIds.derive },
    nodes,
    eraEvents: [0, 0, 20, 60][roll(4)] ?? 0,
    isTight: roll(2) === 0,
    hosts: [],
    ledger: undefined as never,
    second: { life: undefined, files: new Map(), everRan: false },
    network: { alive: true, name: 'network' },
    written: new Set(),
    holders: new Map(),
    answered: new Set(),
    lives: 0,
  };
  Object.assign(world, { ledger: makeLedgerMachine(world) });
  for (let index = 1; index <= nodes; index += 1)
    addHost(world, `node-${index}`, `node-${index}` as NodeName);
  return world;
};
