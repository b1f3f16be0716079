import test from 'ava';
import { podPort } from '../../../domain/ovs/port.ts';
import { type PortChange, portChanges } from '../../../domain/ovs/port-changes.ts';
import type { PortSeen } from '../../../domain/port/switch.ts';
import { podAdded } from '../../support/events.ts';

const { type: _, ...pod } = podAdded('c1', '10.244.0.2', { hostIfname: 'evio1' });
const key = 'evio/c1/eth0';
const attachment = { network: 'evio', containerId: 'c1', ifname: 'eth0' };
const port: PortSeen = {
  ...podPort({ bridge: 'evio0', guarded: true }, pod, 'event-1'),
  ofport: 7,
  error: undefined,
};
const link = new Set(['evio1']);
const nobody = new Set<string>();
const known = (status: 'attached' | 'reserved') => new Map([[key, { ...pod, status }]]);
const plug: PortChange = { type: 'plug', attachment, name: 'evio1' };
const unplug: PortChange = { type: 'unplug', attachment, name: 'evio1' };

test('an attached pod with a link has a port', (t) => {
  t.deepEqual(portChanges(known('attached'), [], link, nobody), [plug]);
  t.deepEqual(portChanges(known('attached'), [port], link, nobody), []);
  t.deepEqual(portChanges(known('attached'), [], nobody, nobody), [], 'there is nothing to plug in');
  t.deepEqual(portChanges(known('reserved'), [], link, nobody), []);
});

test('a port without link and attachment goes, and no other', (t) => {
  t.deepEqual(portChanges(new Map(), [port], nobody, nobody), [unplug]);
  t.deepEqual(portChanges(new Map(), [port], link, nobody), [], 'its pod may be alive');
  t.deepEqual(portChanges(known('attached'), [port], nobody, nobody), [], 'its DEL comes');
});

test('what is in the middle of its ADD or DEL is left to it', (t) => {
  t.deepEqual(portChanges(known('attached'), [], link, new Set([key])), []);
  t.deepEqual(portChanges(new Map(), [port], nobody, new Set([key])), []);
});
