import test from 'ava';
import { host } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import { ip, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { given } from '../../support/given.ts';
import { addPod, attachment, bootId, deletePod, joined, started, wirePod } from '../../support/host.ts';

test('without a lease nothing is given', (t) => {
  given(host, [started]).when(addPod('c1')).refuses(t, { type: 'no-lease' });
});

test('an ADD on an attached pod is refused and names what it holds', (t) => {
  given(host, [...joined, podAdded('c1', '10.244.0.2'), podWired('c1')])
    .when(addPod('c1', { requestId: 'another run' }))
    .refuses(t, { type: 'already-attached', attachment: attachment('c1'), addresses: [ip('10.244.0.2')] });
});

test('the same run of the plugin, asking again, is answered again', (t) => {
  given(host, [...joined, podAdded('c1', '10.244.0.2'), podWired('c1')])
    .when(addPod('c1'))
    .decides(t);
});

test('an ADD on a reserved pod waits for what was left to be undone', (t) => {
  given(host, [...joined, podAdded('c1', '10.244.0.2')])
    .when(addPod('c1'))
    .refuses(t, { type: 'attachment-reserved', attachment: attachment('c1') });
});

test('a reserved pod is wired once', (t) => {
  given(host, [...joined, podAdded('c1', '10.244.0.2')])
    .when(wirePod('c1'))
    .onceOnly(t);
});

test('a pod that was never added cannot be wired', (t) => {
  given(host, joined)
    .when(wirePod('c1'))
    .refuses(t, { type: 'unknown-attachment', attachment: attachment('c1') });
});

test('a deleted pod is deleted once, whether reserved or attached', (t) => {
  given(host, [...joined, podAdded('c1', '10.244.0.2')])
    .when(deletePod('c1'))
    .onceOnly(t);
  given(host, [...joined, podAdded('c1', '10.244.0.2'), podWired('c1')])
    .when(deletePod('c1'))
    .decides(t, podDeleted('c1', '10.244.0.2'));
});

test('the deletion of an unknown pod is done already', (t) => {
  given(host, joined).when(deletePod('c1')).decides(t);
});

test('a restart of the agent keeps all attachments', (t) => {
  given(host, [...joined, podAdded('c1', '10.244.0.2'), podWired('c1')])
    .when({ type: 'start', bootId })
    .decides(t, started);
});

test('a reboot of the machine releases every attachment', (t) => {
  const rebooted: HostEvent = { type: 'HostStarted', bootId: 'another boot' };
  given(host, [...joined, podAdded('c1', '10.244.0.2'), podWired('c1'), podAdded('c2', '10.244.0.3')])
    .when({ type: 'start', bootId: 'another boot' })
    .decides(
      t,
      rebooted,
      podDeleted('c1', '10.244.0.2', 'rebooted'),
      podDeleted('c2', '10.244.0.3', 'rebooted'),
    );
});
