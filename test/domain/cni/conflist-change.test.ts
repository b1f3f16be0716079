import test from 'ava';
import { conflist } from '../../../domain/cni/conflist.ts';
import { conflistChange } from '../../../domain/cni/conflist-change.ts';
import { leaseObserved } from '../../support/events.ts';

const textFor = (mtu: number): string =>
  conflist({
    network: 'evio',
    bridge: 'evio0',
    mtu,
    agentSocket: '/run/evio/agent.sock',
    queue: '/var/lib/evio/queue',
    portmap: false,
  });
const [staged, earlier] = [textFor(1410), textFor(1300)];

const { type: _, clusterRevision: __, ...lease } = leaseObserved;
const serves = { lease, fence: undefined, leaveRequested: false };
const leaves = { ...serves, leaveRequested: true };

test('a node that serves publishes what is staged', (t) => {
  t.deepEqual(conflistChange(serves, { staged, published: undefined }), { type: 'publish', text: staged });
  t.deepEqual(conflistChange(serves, { staged, published: earlier }), { type: 'publish', text: staged });
  t.is(conflistChange(serves, { staged, published: staged }), undefined);
  t.is(conflistChange(serves, { staged: undefined, published: earlier }), undefined);
});

test('a node that leaves withdraws it, whatever is staged, and nothing of others', (t) => {
  for (const state of [leaves, { ...leaves, lease: undefined }, { ...leaves, fence: 'revoked' }]) {
    t.deepEqual(conflistChange(state, { staged, published: staged }), { type: 'withdraw' });
    t.is(conflistChange(state, { staged, published: undefined }), undefined);
    t.deepEqual(conflistChange(state, { staged, published: '{"plugins":[{"type":"bridge"}]}' }), {
      type: 'leave-foreign',
    });
  }
});

test('without a lease, or with one that is taken back, it stays as it is', (t) => {
  for (const state of [
    { ...serves, lease: undefined },
    { ...serves, fence: 'revoked' },
  ])
    for (const published of [undefined, earlier])
      t.is(conflistChange(state, { staged, published }), undefined);
});
