import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { either as E } from 'fp-ts';
import { remainingOf } from '../../domain/audit/remaining.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { collect } from '../contract/event-store/support.ts';
import { audited, recordOf } from '../support/audited.ts';
import { leaseObserved, nodeName } from '../support/events.ts';
import { addPod, wirePod } from '../support/host.ts';
import { askHost, openKeptHost } from '../support/kept-host.ts';

const { type: _, ...lease } = leaseObserved;
const pod = { namespace: 'shop', name: 'web-secret' };

test('while the log is changed nothing is decided and nothing kept, and behind it the state is the log as it is then', async (t) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const kept = `${path}-host.snapshot`;
  const store = openAt(path);
  t.teardown(store.close);
  const { host } = await openKeptHost(store, path);
  await askHost(host, { type: 'start', bootId: 'boot' });
  await askHost(host, { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' });
  await askHost(host, { type: 'observe-lease', ...lease });
  await askHost(host, addPod('c1', { pod }));
  const pods = () => [...host.state().attachments.values()].map(({ pod: of, status }) => [of, status]);
  t.deepEqual(pods(), [[pod, 'reserved']]);

  const order: string[] = [];
  const changed = host.whileChanged(async () => {
    order.push('change');
    await host.keep(0);
    t.false(existsSync(kept), 'a state that is about to change is not kept');
    const [, , , added] = await collect(store.readAll());
    if (added === undefined) return t.fail();
    const { stream, events } = audited(undefined, recordOf(added));
    const payloads = events.map((event) => ({ event, remaining: remainingOf(added.payload, ['pod']) }));
    t.true(E.isRight(await store.redact({ stream, expectedRevision: 'no-stream', payloads })()));
    order.push('changed');
  });
  await Promise.all([
    changed,
    askHost(host, wirePod('c1')).then(() => order.push('decided')),
    askHost(host, addPod('c2')),
  ]);
  t.deepEqual(order, ['change', 'changed', 'decided']);
  t.deepEqual(pods(), [
    [undefined, 'attached'],
    [undefined, 'reserved'],
  ]);
  await host.keep(1);
  t.false(readFileSync(kept, 'utf8').includes('web-secret'));
});

test('what fails while the log is changed is told, and the state goes on', async (t) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const store = openAt(path);
  t.teardown(store.close);
  const { host } = await openKeptHost(store, path);
  await askHost(host, { type: 'start', bootId: 'boot' });
  await t.throwsAsync(
    host.whileChanged(() => Promise.reject(new Error('no space left'))),
    { message: 'no space left' },
  );
  t.is((await askHost(host, { type: 'start', bootId: 'other' })).length, 1);
  t.is(host.state().bootId, 'other');
});
