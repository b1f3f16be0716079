import test from 'ava';
import { couldRemain, podsOf, redactableKeys, remainingOf } from '../../../domain/audit/remaining.ts';
import { canonicalJson, type Json } from '../../../domain/canonical-json.ts';
import { encodeEvent } from '../../../domain/event.ts';
import { hostEvents } from '../../../domain/host/events.ts';
import { addressesAllocated, podAdded, podWired, samples } from '../../support/events.ts';

const pod = { namespace: 'shop', name: 'web-1', uid: 'a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e' };
const named = podAdded('c1', '10.244.0.2', { pod });
const nameless = podAdded('c1', '10.244.0.2');

for (const version of [1, 2]) {
  const encode = encodeEvent(hostEvents);

  test(`of PodAdded version ${version} the pod goes, byte for byte what it had been without`, (t) => {
    const event = encode(named, version);
    t.is(event.schema, version);
    t.deepEqual(redactableKeys(event), ['pod']);
    t.deepEqual(podsOf(event), [pod]);
    const remaining = remainingOf(event.payload, ['pod']);
    t.is(remaining, encode(nameless, version).payload);
    t.deepEqual(redactableKeys({ ...event, payload: remaining }), []);
    t.true(couldRemain({ ...event, payload: remaining }));
    t.false(couldRemain(event));
  });
}

test('of AddressesAllocated the pod goes, and of what an era carries of them', (t) => {
  const encode = encodeEvent(hostEvents);
  const event = encode(addressesAllocated('c1', '10.1.2.2', { pod }));
  t.deepEqual([redactableKeys(event), podsOf(event)], [['pod'], [pod]]);
  t.is(remainingOf(event.payload, ['pod']), encode(addressesAllocated('c1', '10.1.2.2')).payload);
  const opened = (more: object) => ({
    type: 'EraOpened',
    payload: canonicalJson({
      era: 2,
      held: [],
      allocated: [addressesAllocated('c1', '10.1.2.2', more)],
    } as unknown as Json),
  });
  t.deepEqual([redactableKeys(opened({ pod })), podsOf(opened({ pod }))], [['pod'], [pod]]);
  t.is(remainingOf(opened({ pod }).payload, ['pod']), opened({}).payload);
  t.true(couldRemain(opened({})));
});

test('of what an era carries all names go, and nothing else', (t) => {
  const { type: _, ...first } = named;
  const { type: _other, ...second } = podAdded('c2', '10.244.0.3');
  const opened = (pods: boolean) => ({
    type: 'EraOpened',
    payload: canonicalJson({
      era: 2,
      held: [{ ...first, ...(pods ? {} : { pod: undefined }) }, second, 'what no writer makes'],
    } as unknown as Json),
  });
  t.deepEqual(redactableKeys(opened(true)), ['pod']);
  t.deepEqual(podsOf(opened(true)), [pod]);
  const remaining = remainingOf(opened(true).payload, ['pod']);
  t.is(remaining, opened(false).payload);
  t.deepEqual(redactableKeys(opened(false)), []);
  t.true(couldRemain(opened(false)));
  t.false(couldRemain(opened(true)));
});

test('no other event of any kind names anybody', (t) => {
  for (const { type, ...payload } of samples.filter((event) => event.type !== 'PodAdded')) {
    const event = { type, payload: canonicalJson(payload as Json) };
    t.deepEqual([redactableKeys(event), podsOf(event), couldRemain(event)], [[], [], false]);
  }
  t.false(couldRemain({ type: podWired('c1').type, payload: '{}' }));
});

test('what no writer makes does not remain of anything', (t) => {
  const { payload } = encodeEvent(hostEvents)(nameless);
  for (const other of [
    '',
    'null',
    '[]',
    '"pod"',
    `${payload} `,
    payload.replace('{', '{ '),
    payload.slice(1),
    '{"a":1.5}',
  ])
    t.false(couldRemain({ type: 'PodAdded', payload: other }), other);
});
