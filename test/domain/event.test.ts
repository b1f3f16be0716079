import test from 'ava';
import { either as E } from 'fp-ts';
import { decodeEvent, type EventCodecs, worthAPattern } from '../../domain/event.ts';
import { hostEvents } from '../../domain/host/events.ts';
import { ip, leaseObserved, podAdded } from '../support/events.ts';
import { written } from '../support/logged.ts';
import { host } from '../support/told-history.ts';

const events = written(
  host(leaseObserved),
  host(podAdded('c1', '10.244.0.2', { pod: { namespace: 'default', name: 'web-0' } })),
  // A pattern leaves an IPv6 address to the codec.
  host(
    podAdded('c2', '10.244.0.3', { addresses: [{ address: ip('fd00::7'), choice: { by: 'requested' } }] }),
  ),
);

test('an event is read the same, however many of its type were read before', (t) => {
  // Others that read with the same codecs have read before.
  const decode = decodeEvent({ ...hostEvents });
  const first = events.map(decode);
  t.true(first.every(E.isRight));
  for (let times = 0; times <= worthAPattern; times += 1) for (const event of events) decode(event);
  t.deepEqual(events.map(decode), first);
});

test('what cannot be read is named the same, however many of its type were read before', (t) => {
  // Others that read with the same codecs have read before.
  const decode = decodeEvent({ ...hostEvents });
  const [, added] = events;
  if (added === undefined) throw new Error('nothing was written');
  const spoiled = [added.payload.replace('10.244.0.2', '10.244.0.256'), '{'].map((payload) => ({
    ...added,
    payload,
  }));
  const first = spoiled.map(decode);
  t.deepEqual(
    first.map((read) => E.isLeft(read) && 'reason' in read.left && read.left.reason),
    ['.0.addresses.0.address', 'it is not JSON'],
  );
  for (let times = 0; times <= worthAPattern; times += 1) decode(added);
  t.deepEqual(spoiled.map(decode), first);
});

test('only what comes often is read without its codec', (t) => {
  let asked = 0;
  const { codec, ...more } = hostEvents.LeaseObserved;
  const counted = new Proxy(codec, {
    get: (of, key) => {
      if (key === 'decode') asked += 1;
      return Reflect.get(of, key);
    },
  });
  const decode = decodeEvent({ LeaseObserved: { ...more, codec: counted } } satisfies EventCodecs);
  const [observed] = events;
  if (observed === undefined) throw new Error('nothing was written');
  for (let times = 0; times < worthAPattern + 500; times += 1) t.true(E.isRight(decode(observed)));
  t.is(asked, worthAPattern);
});
