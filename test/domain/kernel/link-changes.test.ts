import test from 'ava';
import { type LinkChange, linkChanges } from '../../../domain/kernel/link-changes.ts';
import type { OwnLink } from '../../../domain/port/kernel.ts';

const key = 'evio/c1/eth0';
const link: OwnLink = { name: 'evio1', alias: key, up: true, mtu: 1410 };
const nobody = new Set<string>();
const known = (status: 'attached' | 'reserved') => new Map([[key, { status, hostIfname: 'evio1' }]]);
const raise: LinkChange = { type: 'raise', name: 'evio1' };
const linkless: LinkChange = { type: 'linkless', name: 'evio1', key };

test('an attached pod has its link, and it is up', (t) => {
  t.deepEqual(linkChanges(known('attached'), [link], nobody), []);
  t.deepEqual(linkChanges(known('attached'), [{ ...link, up: false }], nobody), [raise]);
  t.deepEqual(linkChanges(known('attached'), [], nobody), [linkless]);
  t.deepEqual(linkChanges(known('attached'), [{ ...link, name: 'evio2' }], nobody), [linkless]);
});

test('a link that no attached pod has is left as it is', (t) => {
  t.deepEqual(linkChanges(new Map(), [{ ...link, up: false }], nobody), []);
  t.deepEqual(linkChanges(known('reserved'), [{ ...link, up: false }], nobody), []);
  t.deepEqual(linkChanges(known('reserved'), [], nobody), []);
});

test('what is in the middle of its ADD or DEL is left to it', (t) => {
  t.deepEqual(linkChanges(known('attached'), [], new Set([key])), []);
  t.deepEqual(linkChanges(known('attached'), [{ ...link, up: false }], new Set([key])), []);
});
