import fc from 'fast-check';
import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import { cluster } from '../../domain/cluster/decider.ts';
import type { ClusterState } from '../../domain/cluster/state.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { HeldSubnets } from '../../domain/import-source.ts';
import { hostStream } from '../../domain/stream.ts';
import { address, attest, cidr, configured, hour, join, life, node, present } from './cluster.ts';
import { narrow, step } from './cluster-history.ts';
import type { Told } from './logged.ts';

type Make = (at: string, state: ClusterState) => ClusterCommand;

const names = fc.constantFrom('n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7');
const lives = fc.constantFrom(1, 1, 1, 2);
const subnet = fc.constantFrom(
  '10.244.0.0/18',
  '10.244.64.0/18',
  '10.244.128.0/18',
  'fd00:244::/50',
  'fd00:244:0:4000::/50',
);
const hostAddress = fc.integer({ min: 1, max: 6 }).map((n) => `10.10.0.${n}`);

const held: fc.Arbitrary<HeldSubnets> = fc
  .record({
    subnets: fc.uniqueArray(subnet.map(cidr), { minLength: 1, maxLength: 2 }),
    from: fc.constant('etcd' as const),
    hostAddress: fc.option(hostAddress.map(address), { nil: undefined }),
  })
  .map(({ hostAddress: named, ...rest }) => ({ ...rest, ...(named && { hostAddress: named }) }));

/** What only a cluster has that was restored from a backup, or moved over from another program, or got other networks. */
const strange: fc.Arbitrary<Make> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(names, lives, fc.uniqueArray(subnet, { maxLength: 2 }), hostAddress).map(
      ([name, n, subnets, own]): Make =>
        (asOf, { epoch, members }) => {
          const member = members.get(node(name));
          // Mostly what the log has of it.
          const places = member?.leases.map((lease) => lease.subnet) ?? subnets;
          const incarnation = life(n);
          return present(name, places, member?.hostAddress ?? own, { incarnation, epoch: epoch ?? 1, asOf });
        },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(names, lives, held).map(
      ([name, n, taken]): Make =>
        (at) =>
          ({ ...join(name, at, life(n)), held: taken }) as ClusterCommand,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Make>((_, { epoch = 1 }) => ({
      type: 'record-restore',
      epoch: epoch + 1,
      backup: { epoch, position: 1 },
    })),
  },
  { weight: 2, arbitrary: fc.constant<Make>(() => ({ type: 'resume', reason: 'all are here' })) },
  {
    weight: 1,
    arbitrary: fc.tuple(names, lives).map(
      ([name, n]): Make =>
        () =>
          attest(name, 'scrapped', life(n)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('10.10.0.0/29', '10.10.0.0/28').map(
      (hostCidr): Make =>
        () => ({ type: 'configure', ...narrow, hostCidr: cidr(hostCidr) }),
    ),
  },
);

const moves = fc.array(
  fc.record({
    make: fc.oneof(
      { weight: 3, arbitrary: step.map(({ make }): Make => make) },
      { weight: 1, arbitrary: strange },
    ),
    hours: step.map(({ hours }) => hours),
  }),
  { maxLength: 120, size: 'max' },
);

const requestOf = (command: ClusterCommand): ReadonlyArray<Told> => {
  if (command.type !== 'join') return [];
  const { node: name, incarnation, publicKey, held: taken } = command;
  return [
    [
      hostStream('evio' as ClusterName, name, incarnation),
      { type: 'JoinRequested', node: name, publicKey, ...(taken && { held: taken }) },
    ],
  ];
};

export type ToldHistory = {
  /** What the cluster decided, and before it what nodes asked for. */
  readonly told: ReadonlyArray<Told>;
  /** The same without what nodes asked for, as another node's log has it. */
  readonly decided: ReadonlyArray<Told>;
};

/** Any history of a narrow cluster that its decider makes, restored ones too. */
export const histories: fc.Arbitrary<ToldHistory> = moves.map((made) => {
  const first: Told = ['cluster-evio', configured(narrow)];
  let state = cluster.evolve(cluster.initialState(), configured(narrow));
  let hours = 0;
  const told = [first];
  const decided = [first];
  for (const { make, hours: later } of made) {
    hours += later;
    const command = make(hour(hours), state);
    told.push(...requestOf(command));
    const events = cluster.decide(command, state);
    for (const event of E.isRight(events) ? events.right : []) {
      told.push(['cluster-evio', event]);
      decided.push(['cluster-evio', event]);
      state = cluster.evolve(state, event);
    }
  }
  return { told, decided };
});
