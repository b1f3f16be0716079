import test from 'ava';
import { openBook } from '../../soak/book.ts';
import { compare, untold } from '../../soak/compare.ts';
import type { Found, Network } from '../../soak/network.ts';
import { launched, sandbox, withAddress } from '../support/soak.ts';

const atFirst: Found = { links: ['uplink'], routes: ['default'] };

const networkWith = (found: Found): Network => ({
  title: 'a network',
  call: async () => launched(0),
  expected: ({ attachment }, addresses) => ({
    links: [attachment().containerId],
    addresses: [...addresses],
  }),
  found: async () => found,
});

const held = new Map([[sandbox('one'), { containerId: 'one', addresses: ['10.244.0.5'] }]]);
const sound: Found = { links: ['one', 'uplink'], routes: ['default'], addresses: ['10.244.0.5'] };

test('a machine that has what it had and what is held has neither leaks nor losses', async (t) => {
  t.deepEqual(await compare(networkWith(sound), atFirst, held), { leaks: [], lost: [] });
});

test('what nothing needs is a leak, also a second one of the same, and of a kind that was not there', async (t) => {
  const found: Found = { ...sound, links: ['one', 'one', 'uplink', 'stale'], flows: ['stale: 7'] };
  t.deepEqual(await compare(networkWith(found), atFirst, held), {
    leaks: ['links: one', 'links: stale', 'flows: stale: 7'],
    lost: [],
  });
});

test('what is held or was there at first, and is not there, is lost', async (t) => {
  t.deepEqual(await compare(networkWith({ links: ['uplink'] }), atFirst, held), {
    leaks: [],
    lost: ['links: one', 'routes: default', 'addresses: 10.244.0.5'],
  });
});

test('an acknowledged ADD without its event is named', (t) => {
  const book = openBook();
  book.added(sandbox('one'), withAddress('10.244.0.5'));
  book.added(sandbox('two'), withAddress('10.244.0.6'));
  const event = { containerId: 'one', addresses: [{ address: '10.244.0.5' }] };
  const exported = `{"format":1}\n${JSON.stringify({ type: 'PodAdded', payload: JSON.stringify(event) })}\n`;
  t.deepEqual(untold(book, exported), ['event of an acknowledged ADD: two 10.244.0.6']);
});
