import { either as E } from 'fp-ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import { parseConfiguration } from '../../domain/cluster/configuration.ts';
import { holdings } from '../../domain/cluster/queries.ts';
import { newestReader } from '../../domain/reader.ts';
import { commandCluster } from '../../services/ledger/command-cluster.ts';
import type { Owner } from '../loop.ts';
import { openClock } from '../machine/time.ts';
import { type Host, openPath } from './host.ts';
import { connectTo } from './wire.ts';
import { type ClusterWorld, cluster } from './world.ts';

/** Subnets of thirteen addresses each; in a tight world fewer of them than nodes: small enough to run into every limit. */
const configurationOf = ({ nodes, isTight }: ClusterWorld, quarantine: number) => {
  const enough = Math.ceil(Math.log2(nodes));
  const nodeBits = isTight ? enough - 1 : enough;
  return parseConfiguration({
    podCidr: `10.128.0.0/${28 - nodeBits}`,
    nodeBits,
    hostCidr: `10.64.0.0/${30 - enough}`,
    quarantine,
    minReader: newestReader,
  });
};

/** `evio-ledger configure` and `resume`, run beside a server that runs. */
const command = (world: ClusterWorld, asked: ClusterCommand): boolean => {
  const { loop, ids, ledger } = world;
  if (ledger.life?.store === undefined) return false;
  world.lives += 1;
  const owner: Owner = { alive: true, name: `operator ${world.lives}` };
  const path = openPath();
  const commanded = commandCluster(
    {
      clock: openClock(loop, ledger.wall),
      ids,
      sha256,
      openLedger: () => () => connectTo(world, { owner, name: owner.name, path }),
      surveyOf: () => () => E.left({ type: 'log-unreadable', path: '', reason: '', remedy: '' }),
    },
    { log: '', ledger: { store: 'memory' } as never, cluster },
    asked,
  );
  commanded.catch((defect) => world.breaks('no defect', `the operator's ${asked.type}: ${defect}`));
  return true;
};

export const configure = (world: ClusterWorld, quarantineSeconds: number): boolean => {
  const wanted = configurationOf(world, quarantineSeconds);
  if (E.isLeft(wanted)) throw new Error(JSON.stringify(wanted.left));
  return command(world, { type: 'configure', ...wanted.right });
};

/** An operator who tells the truth: every node's own log was looked into, those that are switched off too. */
export const resume = (world: ClusterWorld): boolean => {
  const state = world.ledger.history.state();
  if (state.epoch === undefined || state.epoch === state.resumed) return false;
  const listed = new Set(
    holdings(state).flatMap(({ node, subnets }) => subnets.map((one) => `${node} ${one}`)),
  );
  const isKnown = world.hosts.every(({ node, history, lost, kept }) => {
    const { lease } = history.state();
    // A disk in a drawer may hold anything.
    return (
      lost === undefined &&
      kept === undefined &&
      (lease?.subnets ?? []).every((subnet) => listed.has(`${node} ${subnet}`))
    );
  });
  return isKnown && command(world, { type: 'resume', reason: 'all nodes are listed' });
};

/** `evioctl revoke`, of a node that may be anywhere. */
export const revoke = (world: ClusterWorld, { node }: Host): boolean =>
  world.ledger.history.state().members.has(node) &&
  command(world, { type: 'revoke', node, reason: 'wanted back' });

/** Whether the life that the cluster knows of this node is on no disk that could run again; a disk in a drawer is destroyed for it. */
export const isOver = (world: ClusterWorld, host: Host): boolean => {
  const member = world.ledger.history.state().members.get(host.node);
  if (member === undefined || host.meddled || host.disk.logId() === member.incarnation) return false;
  if (host.lost?.disk.logId === member.incarnation) host.lost = undefined;
  if (host.kept?.disk.logId === member.incarnation) host.kept = undefined;
  return true;
};

/** `evioctl attest --destroyed`, by an operator who tells the truth. */
export const attest = (world: ClusterWorld, host: Host): boolean => {
  const incarnation = world.ledger.history.state().members.get(host.node)?.incarnation;
  return (
    isOver(world, host) &&
    command(world, { type: 'attest', node: host.node, incarnation, reason: 'its disk was crushed' })
  );
};
