import { randomUUID } from 'node:crypto';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openMemoryStore } from '../../adapters/memory/open.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import type { HostCommand } from '../../domain/host/command.ts';
import { host as decider } from '../../domain/host/decider.ts';
import { hostEvents } from '../../domain/host/events.ts';
import type { Append, EventStore } from '../../domain/port/event-store.ts';
import { openAggregate } from '../../services/transact.ts';
import { cause, opened } from '../support/allocator.ts';
import { incarnation, leaseObserved, nodeName } from '../support/events.ts';
import { addPod, wirePod } from '../support/host.ts';

const stream = `host-evio:node-1:${incarnation}`;
const memory = (): EventStore => openMemoryStore({ clock, newLogId: ids.random, sha256 });
const open = (store: EventStore) =>
  opened(openAggregate({ store, clock, ids, sha256 }, { stream, codecs: hostEvents, decider, incarnation }));

const requestJoin: HostCommand = { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' };
const { type: _, ...lease } = leaseObserved;
const observeLease: HostCommand = { type: 'observe-lease', ...lease };

test('several requests are one append, each decided on the state behind the one before, and a refusal holds up no other', async (t) => {
  const store = memory();
  const appends: Append[] = [];
  const host = await open({
    ...store,
    append: (append) => {
      appends.push(append);
      return store.append(append);
    },
  });
  const asked = (...commands: HostCommand[]) => commands.map((command) => ({ command, cause: cause() }));
  const decided = await host.transactAll([
    asked({ type: 'start', bootId: 'boot' }, requestJoin, observeLease),
    asked(addPod('c1')),
    // Of a request that is refused, what stands behind the refusal is not decided.
    asked(wirePod('c9'), addPod('c2')),
    asked(wirePod('c1')),
  ])();
  if (E.isLeft(decided)) return t.fail(JSON.stringify(decided.left));
  t.deepEqual(
    decided.right.map(({ events, refusal }) => [events.map(({ type }) => type), refusal?.type]),
    [
      [['HostStarted', 'JoinRequested', 'LeaseObserved'], undefined],
      [['PodAdded'], undefined],
      [[], 'unknown-attachment'],
      [['PodWired'], undefined],
    ],
  );
  t.deepEqual(
    appends.map(({ expectedRevision, events }) => [expectedRevision, events.length]),
    [['no-stream', 5]],
  );
  const again = await open(store);
  t.deepEqual(again.head(), host.head(), 'the chain goes through all of them');
});

test('when the append fails nothing of any request was decided', async (t) => {
  const store = memory();
  const host = await open({
    ...store,
    append: () => async () => E.left({ type: 'unavailable', reason: 'the disk is full' }),
  });
  const one = { command: { type: 'start', bootId: 'boot' } as const, cause: cause() };
  const other = { command: requestJoin, cause: { ...cause(), commandId: randomUUID() } };
  t.like(await host.transactAll([[one], [other]])(), { _tag: 'Left', left: { type: 'unavailable' } });
  t.is(host.revision(), -1);
  t.is(host.state().bootId, undefined);
});
