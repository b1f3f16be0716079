import fc from 'fast-check';
import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import type { ClusterConfiguration } from '../../domain/cluster/configuration.ts';
import { cluster } from '../../domain/cluster/decider.ts';
import type { ClusterEvent } from '../../domain/cluster/events.ts';
import type { ClusterFailure } from '../../domain/cluster/failure.ts';
import {
  attest,
  cidr,
  configured,
  expire,
  hour,
  join,
  lease,
  leave,
  life,
  release,
  releaseDestroyed,
  releaseExpired,
  revoke,
} from './cluster.ts';

/** Four subnets in each family, six host addresses, ten hours of quarantine: small enough to run into every limit. */
export const narrow: ClusterConfiguration = {
  podCidrs: [
    { cidr: cidr('10.244.0.0/16'), nodeBits: 2 },
    { cidr: cidr('fd00:244::/48'), nodeBits: 2 },
  ],
  hostCidr: cidr('10.10.0.0/29'),
  quarantineSeconds: 36_000,
  minReader: 7,
  leaseTtlSeconds: 14_400,
};

const subnets = [0, 64, 128, 192].map((third) => `10.244.${third}.0/18`);

const names = fc.constantFrom('n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7');

/** So many hours before a stamp. */
const before = (at: string, hours: number): string =>
  new Date(Date.parse(at) - hours * 3_600_000).toISOString();

/** One command, whose stamp is `hours` after the one before: usually forward, sometimes back. */
export const step = fc.record({
  make: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.tuple(names, fc.constantFrom(1, 1, 1, 2)).map(
        ([name, n]) =>
          (at: string) =>
            join(name, at, life(n)),
      ),
    },
    {
      weight: 1,
      arbitrary: names.map(
        (name) =>
          (at: string): ClusterCommand =>
            ({ ...join(name, at, life(3)), replace: true }) as ClusterCommand,
      ),
    },
    { weight: 1, arbitrary: names.map((name) => () => attest(name)) },
    { weight: 1, arbitrary: names.map((name) => (at: string) => releaseDestroyed(name, at)) },
    { weight: 2, arbitrary: names.map((name) => (at: string) => lease(name, at)) },
    { weight: 2, arbitrary: names.map((name) => () => revoke(name)) },
    { weight: 3, arbitrary: names.map((name) => (at: string) => release(name, at)) },
    {
      weight: 1,
      arbitrary: fc.tuple(names, fc.constantFrom(...subnets)).map(
        ([name, one]) =>
          (at: string) =>
            release(name, at, [one]),
      ),
    },
    { weight: 3, arbitrary: names.map((name) => (at: string) => leave(name, at)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          names,
          fc.constantFrom(1, 2),
          fc.constantFrom(4, 5, 6),
          fc.constantFrom(expire, releaseExpired),
        )
        .map(
          ([name, n, silent, of]) =>
            (at: string): ClusterCommand =>
              of(name, before(at, silent), at, life(n)),
        ),
    },
  ),
  hours: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 6 }) },
    { weight: 1, arbitrary: fc.integer({ min: -9, max: -1 }) },
  ),
});

export const commands: fc.Arbitrary<ReadonlyArray<ClusterCommand>> = fc
  .array(step, { maxLength: 120, size: 'max' })
  .map((steps) => {
    let hours = 0;
    return steps.map(({ make, hours: later }) => {
      hours += later;
      return make(hour(hours));
    });
  });

export type Step = {
  readonly command: ClusterCommand;
  readonly decided: E.Either<ClusterFailure, ReadonlyArray<ClusterEvent>>;
};

/** Runs the commands against a narrow cluster, one after the other. */
export const play = (given: ReadonlyArray<ClusterCommand>): ReadonlyArray<Step> => {
  let state = cluster.evolve(cluster.initialState(), configured(narrow));
  return given.map((command) => {
    const decided = cluster.decide(command, state);
    for (const event of E.isRight(decided) ? decided.right : []) state = cluster.evolve(state, event);
    return { command, decided };
  });
};

export const eventsOf = (steps: ReadonlyArray<Step>): ReadonlyArray<ClusterEvent> => [
  configured(narrow),
  ...steps.flatMap(({ decided }) => (E.isRight(decided) ? decided.right : [])),
];
