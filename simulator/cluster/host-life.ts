import { either as E } from 'fp-ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import type { HostCommand } from '../../domain/host/command.ts';
import type { Latched } from '../../domain/port/latched.ts';
import { openMembership } from '../../services/agent/membership.ts';
import type { MembershipPorts } from '../../services/agent/ports.ts';
import type { Owner } from '../loop.ts';
import { heardLater } from '../machine/heard-later.ts';
import { openFiles } from '../machine/surroundings.ts';
import { openClock, openTimer } from '../machine/time.ts';
import { type Host, type HostLife, markPath } from './host.ts';
import { journal } from './journal.ts';
import { stateDir } from './ledger-life.ts';
import { connectTo } from './wire.ts';
import { type ClusterWorld, cluster } from './world.ts';

const bootIdOf = ({ boots }: Host): string => `00000000-0000-4000-8000-${String(boots).padStart(12, '0')}`;

const portsOf = (
  world: ClusterWorld,
  host: Host,
  owner: Owner,
): MembershipPorts & { readonly latched: Latched } => {
  const { loop, ids, seams } = world;
  const clock = openClock(loop, host.wall);
  const store = heardLater(host.disk.open(owner, clock), loop, owner);
  const open = async () => {
    const opened = await connectTo(world, { owner, name: host.name, path: host.path });
    return E.map((ledger: typeof store) => seams.ledger?.(ledger, host) ?? ledger)(
      opened as E.Either<never, typeof store>,
    );
  };
  return {
    ownLog: store,
    latched: store.latched,
    clusterLog: store,
    ledger: { name: 'ledger:2113', markPath, open },
    files: openFiles(host.surroundings, host.faults, loop, owner),
    clock,
    timer: openTimer(loop, owner),
    ids,
    sha256,
    log: journal(world),
  };
};

/** One command in the host's own stream; `undefined`: nobody is there to do it, or was. */
export const ask = async (
  world: ClusterWorld,
  { life }: Host,
  command: HostCommand,
  durability?: 'written',
) => {
  if (life?.membership === undefined) return undefined;
  const cause = { actor: 'kubelet', commandId: world.ids.random(), correlationId: world.ids.random() };
  return life.membership.host.transact(command, cause, durability)();
};

/** The agent's process begins, and follows its ledger from then on. */
export const startHost = (world: ClusterWorld, host: Host): void => {
  const { seams, eraEvents } = world;
  world.lives += 1;
  const owner: Owner = { alive: true, name: `${host.name} ${world.lives}` };
  const ports = portsOf(world, host, owner);
  const life: HostLife = { owner, latched: ports.latched, membership: undefined };
  host.life = life;
  openMembership(seams.ports?.(ports, host) ?? ports, {
    cluster,
    node: host.node,
    publicKey: 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh',
    allocatorCheckpoint: `${stateDir}/allocator.position`,
    eraEvents,
  }).then(
    (opened) => {
      if (!owner.alive) return;
      if (E.isLeft(opened)) return endHost(world, host);
      life.membership = seams.membership?.(opened.right, host) ?? opened.right;
      life.membership.follow(async () => undefined);
      void ask(world, host, { type: 'start', bootId: bootIdOf(host) }).then((begun) => {
        // Whoever watches over it starts it again.
        if (owner.alive && begun !== undefined && E.isLeft(begun)) endHost(world, host);
      });
    },
    (defect) => world.breaks('no defect', `${host.name} could not start: ${defect}`),
  );
};

/** The agent's process ends in the middle of whatever it did. */
export const endHost = ({ loop, ledger }: ClusterWorld, host: Host): void => {
  const { life } = host;
  if (life === undefined) return;
  loop.kill(life.owner, false);
  host.life = undefined;
  for (const connection of [...ledger.connections])
    if (connection.client.owner === life.owner) connection.break('its client is gone');
};
