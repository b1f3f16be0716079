import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import type { ClusterEvent } from '../../../domain/cluster/events.ts';
import { capacities } from '../../../domain/cluster/queries.ts';
import { fold } from '../../../domain/decider.ts';
import { overlaps } from '../../../domain/ip/cidr.ts';
import { cidr, configured, hour, join, lease, leased, leave, node, release } from '../../support/cluster.ts';
import { commands, eventsOf, narrow, play } from '../../support/cluster-history.ts';

/** What the events say, read without any of the code under test. */
type Books = {
  readonly holders: Map<string, string>;
  readonly hosts: Map<string, string>;
  readonly returned: { readonly place: string; readonly at: number }[];
  readonly given: Set<string>;
};

const emptyBooks = (): Books => ({ holders: new Map(), hosts: new Map(), returned: [], given: new Set() });

const enter = ({ holders, hosts, returned, given }: Books, event: ClusterEvent): void => {
  const comeBack = (place: string) => {
    const index = returned.findIndex((entry) => entry.place === place);
    if (index >= 0) returned.splice(index, 1);
    given.add(place);
  };
  if (event.type === 'NodeJoined') {
    hosts.set(event.node, event.hostAddress);
    comeBack(event.hostAddress);
  } else if (event.type === 'SubnetLeased') {
    holders.set(event.subnet, event.node);
    comeBack(event.subnet);
  } else if (event.type === 'SubnetReleased') {
    holders.delete(event.subnet);
    returned.push({ place: event.subnet, at: Date.parse(event.asOf) });
  } else if (event.type === 'NodeLeft') {
    returned.push({ place: hosts.get(event.node) ?? '', at: Date.parse(event.asOf) });
    hosts.delete(event.node);
  }
};

const kindOf = (place: string) => (place.includes('/') ? (place.includes(':') ? 6 : 4) : 'host');

const rooms = { 4: 4, 6: 4, host: 6 } as const;

test('no two nodes ever hold overlapping subnets or one host address', (t) => {
  fc.assert(
    fc.property(commands, (given) => {
      const books = emptyBooks();
      for (const event of eventsOf(play(given))) {
        if (event.type === 'SubnetLeased') {
          for (const held of books.holders.keys()) if (overlaps(cidr(held), event.subnet)) return false;
        }
        if (event.type === 'NodeJoined' && [...books.hosts.values()].includes(event.hostAddress))
          return false;
        enter(books, event);
      }
      return true;
    }),
    { numRuns: 400 },
  );
  t.pass();
});

test('reuse: only when all was given, in the order of release, never within quarantine', (t) => {
  let reused = 0;
  fc.assert(
    fc.property(commands, (given) => {
      const books = emptyBooks();
      for (const { command, decided } of play(given)) {
        for (const event of E.isRight(decided) ? decided.right : []) {
          const place =
            event.type === 'SubnetLeased'
              ? event.subnet
              : event.type === 'NodeJoined'
                ? event.hostAddress
                : undefined;
          if (place !== undefined && books.given.has(place)) {
            reused += 1;
            const kind = kindOf(place);
            const front = books.returned.find((entry) => kindOf(entry.place) === kind);
            const asOf = 'asOf' in command ? Date.parse(command.asOf) : Number.NaN;
            if ([...books.given].filter((other) => kindOf(other) === kind).length < rooms[kind]) return false;
            if (front?.place !== place) return false;
            if (!(front.at + narrow.quarantineSeconds * 1000 <= asOf)) return false;
          }
          enter(books, event);
        }
      }
      return true;
    }),
    { numRuns: 400 },
  );
  t.true(reused > 100, `places were used again ${reused} times`);
});

test('exhausted exactly when nothing is free: all held, or in quarantine', (t) => {
  let refusals = 0;
  fc.assert(
    fc.property(commands, (given) => {
      const books = emptyBooks();
      for (const { command, decided } of play(given)) {
        if (
          E.isLeft(decided) &&
          (decided.left.type === 'no-free-subnet' || decided.left.type === 'no-free-host-address')
        ) {
          refusals += 1;
          const { left } = decided;
          const kind = left.type === 'no-free-host-address' ? 'host' : left.podCidr.includes(':') ? 6 : 4;
          const held =
            kind === 'host'
              ? books.hosts.size
              : [...books.holders.keys()].filter((place) => kindOf(place) === kind).length;
          const waiting = books.returned.filter((entry) => kindOf(entry.place) === kind);
          const asOf = 'asOf' in command ? Date.parse(command.asOf) : Number.NaN;
          const ends = waiting.map(({ at }) => at + narrow.quarantineSeconds * 1000);
          if (held + waiting.length !== rooms[kind] || left.capacity !== rooms[kind]) return false;
          if (left.inQuarantine !== waiting.length || ends.some((end) => end <= asOf)) return false;
          if (left.nextFreeAt !== (ends.length === 0 ? undefined : new Date(Math.min(...ends)).toISOString()))
            return false;
        }
        for (const event of E.isRight(decided) ? decided.right : []) enter(books, event);
      }
      return true;
    }),
    { numRuns: 400 },
  );
  t.true(refusals > 100, `${refusals} refusals were seen`);
});

test('every command again, at once, decides nothing', (t) => {
  fc.assert(
    fc.property(commands, (given) => {
      const steps = play(given.flatMap((command) => [command, command]));
      return steps.every(({ decided }, i) => i % 2 === 0 || E.isLeft(decided) || decided.right.length === 0);
    }),
    { numRuns: 200 },
  );
  t.pass();
});

test('fold(a ++ b) is fold(b) from fold(a)', (t) => {
  fc.assert(
    fc.property(commands, fc.nat(), (given, cut) => {
      const events = eventsOf(play(given));
      const at = cut % (events.length + 1);
      t.deepEqual(fold(cluster, events.slice(at), fold(cluster, events.slice(0, at))), fold(cluster, events));
    }),
    { numRuns: 100 },
  );
});

test('exhausted exactly at 2^nodeBits nodes', (t) => {
  const as = {
    ...narrow,
    podCidrs: [{ cidr: cidr('10.244.0.0/16'), nodeBits: 8 }],
    hostCidr: cidr('10.10.0.0/16'),
  };
  let state = fold(cluster, [configured(as)]);
  for (let n = 0; n < 256; n += 1) {
    const decided = cluster.decide(join(`n${n}`), state);
    t.deepEqual(E.isRight(decided) ? decided.right[1] : decided.left, leased(`n${n}`, `10.244.${n}.0/24`));
    state = fold(cluster, E.isRight(decided) ? decided.right : [], state);
  }
  const refused = cluster.decide(join('n256', hour(9_999)), state);
  t.is(E.isLeft(refused) ? refused.left.type : undefined, 'no-free-subnet');
  t.deepEqual(capacities(state), [
    { podCidr: cidr('10.244.0.0/16'), capacity: 256, leased: 256, released: 0 },
  ]);
});

test('65,536 nodes fold to a small state that still decides at once', (t) => {
  const as = {
    ...narrow,
    podCidrs: [{ cidr: cidr('10.0.0.0/8'), nodeBits: 16 }],
    hostCidr: cidr('172.16.0.0/15'),
  };
  let state = fold(cluster, [configured(as)]);
  for (let n = 0; n < 65_536; n += 1) {
    const decided = cluster.decide(join(`n${n}`), state);
    state = fold(cluster, E.isRight(decided) ? decided.right : [], state);
  }
  t.deepEqual(capacities(state), [
    { podCidr: cidr('10.0.0.0/8'), capacity: 65_536, leased: 65_536, released: 0 },
  ]);
  t.true(process.memoryUsage().rss < 400 * 2 ** 20);
  for (const command of [
    release('n40000', hour(1)),
    leave('n40000', hour(1)),
    join('n65536', hour(99)),
    lease('n40000'),
  ]) {
    const decided = cluster.decide(command, state);
    state = fold(cluster, E.isRight(decided) ? decided.right : [], state);
    if (command.type === 'join')
      t.deepEqual(
        E.isRight(decided) ? decided.right[1] : decided.left,
        leased('n65536', '10.156.64.0/24', hour(99)),
      );
    if (command.type === 'lease')
      t.deepEqual(decided, E.left({ type: 'unknown-node', node: node('n40000') }));
  }
});
