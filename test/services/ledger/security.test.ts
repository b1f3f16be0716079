import test from 'ava';
import { either as E } from 'fp-ts';
import { securityOf } from '../../../services/ledger/security.ts';

const loopback = { host: '127.0.0.1', port: 2113 };
const everywhere = { host: '0.0.0.0', port: 2113 };
const tls = { tlsCert: '/c.pem', tlsKey: '/k.pem' };

const reasonOf = (wanted: Parameters<typeof securityOf>[0]): string => {
  const decided = securityOf(wanted);
  return E.isLeft(decided) ? decided.left.msg : decided.right.by;
};

test('with a certificate it may listen anywhere', (t) => {
  t.deepEqual(
    securityOf({ listen: everywhere, ...tls }),
    E.right({ by: 'tls', certFile: '/c.pem', keyFile: '/k.pem' }),
  );
});

test('without one it starts only where that was asked for', (t) => {
  t.is(reasonOf({ listen: loopback }), 'there is no certificate to serve with');
  t.is(reasonOf({ listen: loopback, tlsCert: '/c.pem' }), '--tls-key is missing');
  t.is(reasonOf({ listen: loopback, tlsKey: '/k.pem' }), '--tls-cert is missing');
});

test('--insecure is for loopback, unless the network itself is trusted', (t) => {
  for (const host of ['127.0.0.1', '127.8.8.8', '::1', 'localhost'])
    t.is(reasonOf({ listen: { host, port: 2113 }, insecure: 'loopback' }), 'nothing', host);
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'ledger.example', '127.0.0.1.example'])
    t.regex(
      reasonOf({ listen: { host, port: 2113 }, insecure: 'loopback' }),
      /would let whoever reaches/,
      host,
    );
  t.is(reasonOf({ listen: everywhere, insecure: 'anywhere' }), 'nothing');
});

test('--insecure and a certificate exclude each other', (t) => {
  t.is(
    reasonOf({ listen: loopback, ...tls, insecure: 'loopback' }),
    '--insecure and --tls-cert or --tls-key exclude each other',
  );
});
