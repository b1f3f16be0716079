import test from 'ava';
import { either as E } from 'fp-ts';
import { describeViolation } from '../../domain/cluster/violation.ts';
import { parseConnectionString, withoutPassword } from '../../domain/connection-string.ts';

const reads = test.macro({
  exec: (t, text: string, address: object) => {
    t.deepEqual(parseConnectionString(text, 'ledger'), E.right(address as never));
  },
  title: (_, text) => `${text} is taken`,
});

test(reads, 'sqlite:/var/lib/evio/ledger.db', { store: 'sqlite', path: '/var/lib/evio/ledger.db' });
test(reads, 'sqlite:ledger.db', { store: 'sqlite', path: 'ledger.db' });
test(reads, 'esdb://localhost:2113?tls=false', { store: 'esdb', text: 'esdb://localhost:2113?tls=false' });
test(reads, 'esdb://ledger', { store: 'esdb', text: 'esdb://ledger' });
test(reads, 'esdb://ledger/?TLS=true', { store: 'esdb', text: 'esdb://ledger?tls=true' });
test(reads, 'esdb://node-1:a%3Ab@ledger:2113?tlsCAFile=/etc/evio/ca.pem', {
  store: 'esdb',
  text: 'esdb://node-1:a%3Ab@ledger:2113?tlsCAFile=/etc/evio/ca.pem',
});
test(reads, 'kurrentdb://auditor:pass@db.example:2113', {
  store: 'esdb',
  text: 'esdb://auditor:pass@db.example:2113',
});
test(reads, 'kurrentdb+discover://db.example', {
  store: 'esdb',
  text: 'esdb+discover://db.example?nodePreference=leader',
});

test('of several hosts, and of those that are discovered, the leader is asked', (t) => {
  for (const [text, asked] of [
    ['esdb://a:2113,b:2113,c:2113', 'esdb://a:2113,b:2113,c:2113?nodePreference=leader'],
    ['esdb+discover://es.example', 'esdb+discover://es.example?nodePreference=leader'],
    [
      'esdb+discover://es.example?nodePreference=Leader&tls=true',
      'esdb+discover://es.example?tls=true&nodePreference=leader',
    ],
  ] as const)
    t.deepEqual(parseConnectionString(text, 'ledger'), E.right({ store: 'esdb', text: asked }));
});

const refuses = test.macro({
  exec: (t, text: string, words: string) => {
    const parsed = parseConnectionString(text, 'ledger');
    t.is(E.isLeft(parsed) ? parsed.left.map(describeViolation).join('\n') : 'taken', words);
  },
  title: (_, text) => `${text} is refused in words`,
});

test(
  refuses,
  'memory:',
  'ledger "memory:" names a log that ends with its process: write sqlite:PATH or esdb://…',
);
test(
  refuses,
  'postgres://u:secret@h/db',
  'ledger "postgres://u:…@h/db" is no connection string: write sqlite:PATH or esdb://[USER:PASSWORD@]HOST:PORT[?…]',
);
test(
  refuses,
  'esdb:localhost',
  'ledger "esdb:localhost" cannot be read: write esdb://[USER:PASSWORD@]HOST:PORT[,…][?tls=true&…]',
);
for (const host of ['', 'a:0', 'a:70000', 'a:port', '[::1]:2113', 'a b'])
  test(
    refuses,
    `esdb://${host}`,
    `ledger ${JSON.stringify(host)} is no host: write NAME:PORT or an IPv4 address, several with commas between`,
  );
for (const host of ['10.0.0.1', '10.0.0.1:2113'])
  for (const text of [`esdb://${host}`, `esdb://u:p@${host}?tls=true`, `esdb+discover://${host}`])
    test(
      refuses,
      text,
      `ledger ${JSON.stringify(host)} is an IP address, and TLS is spoken to names alone: write a name that the certificate has: of DNS, or of /etc/hosts`,
    );
test(reads, 'esdb://10.0.0.1?tls=false', { store: 'esdb', text: 'esdb://10.0.0.1?tls=false' });
test(refuses, 'esdb://a?tsl=false', 'ledger option "tsl" is not known: write tls');
test(refuses, 'esdb://a?tls=no', 'ledger option tls "no" will not do: write true or false');
test(
  refuses,
  'esdb://a?keepAliveInterval=50',
  'ledger option keepAliveInterval "50" will not do: write milliseconds, 10000 or more, or -1 for none',
);
test(
  refuses,
  'esdb://a?nodePreference=follower',
  'ledger option nodePreference "follower" will not do: write leader: only the leader knows what was appended last',
);
test(
  refuses,
  'esdb://a?tlsVerifyCert=false',
  'ledger option tlsVerifyCert "false" will not do: write true: name the authority of a private certificate with tlsCAFile',
);
test(
  refuses,
  'esdb://a?userCertFile=x',
  'ledger options userCertFile and userKeyFile go together: give both or neither',
);
test(
  refuses,
  'esdb://u:p@a?tls=false',
  'ledger option tls "false" would send the password in clear, which clients do not: leave out tls=false, or user and password',
);

const escapes = 'write USER:PASSWORD@, in either of them : as %3A, @ as %40, / as %2F and % as %25';
test(refuses, 'esdb://user@a', `ledger's user and password cannot be told apart: ${escapes}`);
test(refuses, 'esdb://user:se:cret@a', `ledger's user and password cannot be told apart: ${escapes}`);
test(
  refuses,
  'esdb://user:se@cret@a',
  `ledger's user or password has characters that must be written otherwise: ${escapes}`,
);
test(
  refuses,
  'esdb://user:50%@a',
  `ledger's user or password has characters that must be written otherwise: ${escapes}`,
);

test('a password is never shown', (t) => {
  t.is(withoutPassword('esdb://node-1:se@cret@a:2113?tls=true'), 'esdb://node-1:…@a:2113?tls=true');
  for (const text of [
    'esdb://u:secret@a?tls=false',
    'esdb://u:se:cret@a',
    'esdb://u:secret@:1:2',
    'odd://u:secret@a',
    'esdb//u:secret@a',
    'esdb:/u:secret@a',
    'esdb:u:secret@a',
    'u:secret@a',
    'memory:u:secret@a',
    'esdb://u:se/cret@b:secret@a',
    'esdb://u:\nsecret@a?tls=1',
  ])
    t.false(JSON.stringify(parseConnectionString(text, 'ledger')).includes('secret'), text);
});
