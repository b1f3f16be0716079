import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import type { WantedConfiguration } from '../../../domain/cluster/configuration.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import { clusterStateCodec } from '../../../domain/cluster/stored-state.ts';
import { contains, network, overlaps } from '../../../domain/ip/cidr.ts';
import { hasPlace, hostAddresses, nodeSubnets } from '../../../domain/ip/row.ts';
import { cidr, configuration, hour, join, leave, life, node, release } from '../../support/cluster.ts';
import { throughSnapshot } from '../../support/kept-state.ts';

/** Networks of a few small subnets: some contain others, some have other lengths, some lie elsewhere. */
const podCidrs = [
  { cidr: cidr('10.244.0.0/28'), nodeBits: 1 },
  { cidr: cidr('10.244.0.0/27'), nodeBits: 2 },
  { cidr: cidr('10.244.0.0/27'), nodeBits: 1 },
  { cidr: cidr('10.244.0.32/28'), nodeBits: 1 },
  { cidr: cidr('10.250.0.0/28'), nodeBits: 1 },
];

const networks: fc.Arbitrary<WantedConfiguration> = fc
  .record({
    chosen: fc.subarray(podCidrs, { minLength: 1 }),
    hostCidr: fc.constantFrom(cidr('10.10.0.0/29'), cidr('10.10.0.0/28'), cidr('10.11.0.0/28')),
    quarantineSeconds: fc.constantFrom(0, 3600),
    maxSubnetsPerNode: fc.constantFrom(1, 3),
  })
  .map(({ chosen, ...more }) => ({
    ...configuration,
    ...more,
    minReader: 6,
    podCidrs: chosen.filter(
      (one, at) => !chosen.slice(0, at).some((other) => overlaps(one.cidr, other.cidr)),
    ),
  }));

const names = ['n1', 'n2', 'n3', 'n4'];

/** By the hour, so that quarantines end on the way. */
const asked = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: networks.map((as) => () => ({ type: 'configure', ...as }) as ClusterCommand) },
    { weight: 4, arbitrary: fc.constantFrom(...names).map((name) => (at: string) => join(name, at)) },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => (at: string) => release(name, at)) },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => (at: string) => leave(name, at)) },
    { weight: 1, arbitrary: fc.constant((at: string) => more(at)) },
  ),
  { minLength: 5, maxLength: 30 },
);

const more = (asOf: string): ClusterCommand => ({
  type: 'lease-more',
  node: node('n1'),
  incarnation: life(1),
  full: ['10.244.0.0/29', '10.244.0.0/28', '10.250.0.0/29'].map(cidr),
  asOf,
});

test('whatever is reconfigured, what is held stays disjoint, inside, and held; and a snapshot changes nothing', (t) => {
  let changed = 0;
  let refused = 0;
  fc.assert(
    fc.property(asked, (commands) => {
      let state = cluster.initialState();
      let members = 0;
      for (const [step, ask] of commands.entries()) {
        const command = ask(hour(step));
        const before = new Map([...state.members].map(([name, { leases }]) => [name, leases]));
        const decided = cluster.decide(command, state);
        if (E.isLeft(decided)) refused += decided.left.type === 'cluster-in-use' ? 1 : 0;
        else state = decided.right.reduce(cluster.evolve, state);
        const reconfigured = command.type === 'configure' && E.isRight(decided) && decided.right.length > 0;
        if (reconfigured && members > 0) changed += 1;
        members = state.members.size;
        const { configuration: now, pools } = state;
        if (now === undefined || pools === undefined) continue;
        const rows = now.podCidrs.map((one) => nodeSubnets(one.cidr, one.nodeBits));
        const hosts = hostAddresses(now.hostCidr);
        const held = [...state.members.values()].flatMap(({ leases }) => leases.map(({ subnet }) => subnet));
        for (const [at, subnet] of held.entries()) {
          if (!rows.some((row) => hasPlace(row, subnet))) return false;
          if (!now.podCidrs.some((one) => contains(one.cidr, network(subnet)))) return false;
          if (held.slice(0, at).some((other) => overlaps(other, subnet))) return false;
        }
        for (const { hostAddress } of state.members.values()) if (!hasPlace(hosts, hostAddress)) return false;
        const inPools = pools.subnets.reduce((sum, pool) => sum + pool.held.size, 0);
        if (inPools !== held.length) return false;
        if (reconfigured && [...before].some(([name, leases]) => state.members.get(name)?.leases !== leases))
          return false;
      }
      t.deepEqual(throughSnapshot(t, clusterStateCodec, state, 'as it is'), state);
      return true;
    }),
    { numRuns: 300 },
  );
  t.true(changed > 30, `${changed} clusters were reconfigured in use`);
  t.true(refused > 100, `${refused} configurations did not fit`);
});
