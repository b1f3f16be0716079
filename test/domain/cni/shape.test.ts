import test from 'ava';
import { either as E } from 'fp-ts';
import { cniResult } from '../../../domain/cni/result.ts';
import { integer, listOf, maybe, objectOf, shaped, text } from '../../../domain/cni/shape.ts';

type Pod = { readonly name: string; readonly ports?: ReadonlyArray<number> };

const decode = shaped(objectOf<Pod>({ name: text, ports: maybe(listOf(integer)) }));

test('what has the shape comes back as it was, with what the shape does not know', (t) => {
  for (const pod of [{ name: 'a' }, { name: 'a', ports: [] }, { name: 'a', ports: [1, 2], more: null }])
    t.deepEqual(decode(pod), E.right(pod));
});

for (const [value, words] of [
  [{}, '"name" is missing'],
  [{ name: 7 }, '"name" is 7'],
  [{ name: 'a', ports: null }, '"ports" is null'],
  [{ name: 'a', ports: {} }, '"ports" is {}'],
  [{ name: 'a', ports: [1, 2.5] }, '"ports" is 2.5'],
  [['a'], '"" is ["a"]'],
  [null, '"" is null'],
] as const)
  test(`${JSON.stringify(value)} lacks the shape: ${words}`, (t) => {
    t.deepEqual(decode(value), E.left(words));
  });

const whole = {
  interfaces: [{ name: 'n', mac: 'm', mtu: 1, sandbox: 's', socketPath: 'p', pciID: 'i' }],
  ips: [{ address: 'a', gateway: 'g', interface: 0 }],
  routes: [{ dst: 'd', gw: 'g', mtu: 1, advmss: 2, priority: 3, table: 4, scope: 5 }],
  dns: { nameservers: ['n'], domain: 'd', search: ['s'], options: ['o'] },
};

test('every key of a CNI result is looked at', (t) => {
  const decodeResult = shaped(cniResult);
  t.deepEqual(decodeResult(whole), E.right(whole));
  for (const [part, value] of Object.entries(whole)) {
    t.true(E.isLeft(decodeResult({ ...whole, [part]: 'another' })), part);
    const [one] = Array.isArray(value) ? value : [value];
    for (const key of Object.keys(one ?? {})) {
      const wrong = { ...one, [key]: [{}] };
      const altered = { ...whole, [part]: Array.isArray(value) ? [wrong] : wrong };
      t.deepEqual(E.isLeft(decodeResult(altered)), true, `${part}.${key}`);
    }
  }
});
