import test from 'ava';
import { either as E, type taskEither as TE } from 'fp-ts';
import { fold } from '../../../domain/decider.ts';
import { host as decider } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import { podFlows } from '../../../domain/ovs/pod-flows.ts';
import { podPort } from '../../../domain/ovs/port.ts';
import type { AgentConfiguration } from '../../../services/agent/configuration.ts';
import { differences } from '../../../services/agent/differences.ts';
import { hasDrifted } from '../../../services/agent/drift.ts';
import type { AgentPorts, Host } from '../../../services/agent/ports.ts';
import { unknownReadiness } from '../../../services/agent/readiness.ts';
import { reconcile } from '../../../services/agent/reconcile.ts';
import { makeTurns } from '../../../services/agent/turns.ts';
import { ip, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { joined } from '../../support/host.ts';

const key = 'evio/aa/eth0';
const link = 'evio00000000aaa';
const added = podAdded('aa', '10.244.0.2', { hostIfname: link });
const has: ReadonlyArray<HostEvent> = [...joined, added, podWired('aa')];

const configuration = {
  bridge: { name: 'evio0', datapathType: 'netdev', mtu: 1410 },
  masqueradeExclude: [],
  antiSpoofing: true,
} as unknown as AgentConfiguration;

/** A node with one pod or none, of which something is done while it is looked at. */
const node = (events: ReadonlyArray<HostEvent>, isThere: boolean) => {
  const now = { events, isThere };
  const turns = makeTurns();
  const asked: string[] = [];
  let interrupt: { readonly at: string; readonly happen: () => Promise<void> } | undefined;
  const see = <A>(what: string, seen: () => A): TE.TaskEither<never, A> => {
    return async () => {
      const answer = seen();
      asked.push(what);
      if (interrupt?.at === what) await interrupt.happen();
      return E.right(answer);
    };
  };
  const port = {
    ...podPort({ bridge: 'evio0', guarded: true }, added, 'event'),
    ofport: 7,
    error: undefined,
  };
  const flows = podFlows({ ...added, addresses: [{ address: ip('10.244.0.2') }] }, 7);
  const done = (what: string) => () => see(what, () => undefined);
  const silent = () => undefined;
  const ports = {
    kernel: {
      ownLinks: () =>
        see('links', () => (now.isThere ? [{ name: link, alias: key, up: true, mtu: 1410 }] : [])),
      inspectGateway: () => see('gateway', () => []),
      ensureGateway: () => see('ensure gateway', () => []),
      netns: () => see('netns', () => ({ device: 4, inode: 4_026_532_000 })),
    },
    switch: {
      ensureBridge: done('ensure bridge'),
      ports: () => see('ports', () => (now.isThere ? [port] : [])),
      addPort: done('add port'),
      removePort: done('remove port'),
    },
    flows: {
      flows: () =>
        see('flows', () => (now.isThere ? flows.map((flow) => ({ cookie: flow.cookie, flow })) : [])),
      count: () => see('count', () => (now.isThere ? flows.length : 0)),
      change: (changes: ReadonlyArray<unknown>) => see(`${changes.length} flows changed`, () => undefined),
    },
    settings: {
      interfaces: () => see('interfaces', () => []),
      read: () => see('setting', () => '1'),
      write: done('write'),
    },
    firewall: { inspect: () => see('rules', () => []), foreignDrops: () => see('drops', () => []) },
    files: { read: () => see('file', () => undefined) },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  } as unknown as AgentPorts;
  const host = { state: () => fold(decider, now.events) } as unknown as Host;
  const readiness = unknownReadiness('');
  readiness.reasons = [];
  return {
    asked,
    readiness,
    /** From now on this comes to pass in its turn whenever `at` was read. */
    meanwhile: (at: string, then: ReadonlyArray<HostEvent>, isThere: boolean): void => {
      const happen = () =>
        turns.take(key, async () => {
          now.events = then;
          now.isThere = isThere;
        });
      interrupt = { at, happen };
    },
    /** Its turn was taken before the look, and ends when `at` was read. */
    endsAt: (at: string, then: ReadonlyArray<HostEvent>): void => {
      const end = Promise.withResolvers<void>();
      const ended = turns.take(key, async () => {
        await end.promise;
        now.events = then;
        now.isThere = true;
      });
      interrupt = {
        at,
        happen: async () => {
          end.resolve();
          await ended;
          // The turn is let go of right behind its end.
          await turns.idle();
        },
      };
    },
    drift: async () => {
      const found = await differences({ ports, configuration, host, turns, readiness });
      return 'right' in found ? found.right.filter(({ part }) => part !== 'setting') : found;
    },
    reconcile: () => reconcile(ports, configuration, host, turns, readiness),
    hasDrifted: () => hasDrifted(ports, configuration, host, turns, readiness),
  };
};

const gone: ReadonlyArray<HostEvent> = [...has, podDeleted('aa', '10.244.0.2')];

for (const at of ['links', 'flows', 'ports']) {
  test(`an ADD that was under way and ends while ${at} are read is no drift, and not linkless`, async (t) => {
    const looked = node([...joined, added], false);
    looked.endsAt(at, has);
    t.deepEqual(await looked.drift(), []);
    const reconciled = node([...joined, added], false);
    reconciled.endsAt(at, has);
    await reconciled.reconcile();
    t.deepEqual([...reconciled.readiness.linkless], []);
  });

  test(`an ADD that begins and ends while ${at} are read is no drift`, async (t) => {
    const { meanwhile, drift } = node(joined, false);
    meanwhile(at, has, true);
    t.deepEqual(await drift(), []);
    t.deepEqual(await drift(), [], 'nor is it afterwards');
  });

  test(`a DEL that begins and ends while ${at} are read is no drift`, async (t) => {
    const { meanwhile, drift } = node(has, true);
    meanwhile(at, gone, false);
    t.deepEqual(await drift(), []);
  });

  test(`an ADD during the look at ${at} is never linkless, and nothing is repaired`, async (t) => {
    const { meanwhile, reconcile, readiness, asked } = node(joined, false);
    meanwhile(at, has, true);
    await reconcile();
    t.deepEqual([...readiness.linkless], []);
    t.deepEqual(readiness.reasons, []);
    t.deepEqual(
      asked.filter((what) => /port$/.test(what) || (what.endsWith('changed') && !what.startsWith('0'))),
      [],
    );
  });
}

test('a look at the switch is not deceived by them either', async (t) => {
  for (const at of ['ports', 'count']) {
    const adding = node(joined, false);
    adding.meanwhile(at, has, true);
    t.false(await adding.hasDrifted(), `ADD, ${at}`);
    const deleting = node(has, true);
    deleting.meanwhile(at, gone, false);
    t.false(await deleting.hasDrifted(), `DEL, ${at}`);
  }
});

test('what nobody was at during the look is judged', async (t) => {
  const { drift, reconcile, readiness, hasDrifted } = node(has, false);
  t.deepEqual(await drift(), [
    { part: 'link', name: link, difference: `the link of ${key} is gone: its DEL has not come` },
  ]);
  t.true(await hasDrifted());
  await reconcile();
  t.deepEqual([...readiness.linkless], [link]);
  t.false(await hasDrifted(), 'it is known');
});

test('an ADD that nobody is at any more is drift: a reconciliation undoes it', async (t) => {
  const { drift } = node([...joined, added], false);
  t.deepEqual(await drift(), [
    {
      part: 'attachment',
      name: key,
      difference: 'it is reserved, and its ADD is not under way',
      change: 'undo it',
    },
  ]);
});
