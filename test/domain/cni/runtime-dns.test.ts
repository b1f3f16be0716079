import test from 'ava';
import { either as E } from 'fp-ts';
import { decodeConfig, readConfig } from '../../../domain/cni/network-config.ts';

const read = (dns: unknown) => {
  const text = JSON.stringify({ name: 'evio', dns: { options: ['ndots:5'] }, runtimeConfig: { dns } });
  const raw = readConfig(text);
  if (E.isLeft(raw)) throw new Error(raw.left.msg);
  return decodeConfig(raw.right, 'ADD', '1.0.0');
};

test('DNS settings of a pod are read as containerd writes them: Go’s own names, null for a list that it has not', (t) => {
  t.like(read({ Servers: ['10.96.0.53'], Searches: ['shop.svc'], Options: null }), {
    right: { dns: { nameservers: ['10.96.0.53'], search: ['shop.svc'], options: ['ndots:5'] } },
  });
  t.like(read({ servers: null, searches: null, options: null }), {
    right: { dns: { options: ['ndots:5'] } },
  });
});

test('what is no list of texts is refused under any of its names', (t) => {
  t.like(read({ Servers: '10.96.0.53' }), { left: { code: 7 } });
  t.like(read({ Options: [5] }), { left: { code: 7 } });
});
