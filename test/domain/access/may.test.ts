import test from 'ava';
import { either as E } from 'fp-ts';
import { type Acl, parseAcl } from '../../../domain/access/acl.ts';
import { may } from '../../../domain/access/may.ts';
import type { Role, User } from '../../../domain/access/user.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import type { NodeName } from '../../../domain/identity/node-name.ts';
import type { StreamAction } from '../../../domain/port/access.ts';

const users: Readonly<Record<Role, User>> = {
  operator: { name: 'admin', role: 'operator' },
  allocator: { name: 'lena', role: 'allocator' },
  auditor: { name: 'ada', role: 'auditor' },
  node: { name: 'n1', role: 'node', cluster: 'evio' as ClusterName, node: 'node-1' as NodeName },
};

const life = '0198c0de-0000-4000-8000-000000000001';
const otherLife = '0198c0de-0000-4000-8000-000000000002';

const streams = {
  'its cluster': 'cluster-evio',
  'another cluster': 'cluster-lab',
  'its host': `host-evio:node-1:${life}`,
  'its host in another life and era': `host-evio:node-1:${otherLife}:7`,
  'another host': `host-evio:node-2:${life}`,
  'its name in another cluster': `host-lab:node-1:${life}`,
  'a host name that no agent makes': 'host-evio:node-1',
  audit: `audit-evio:node-1:${life}`,
  'evio-log': 'evio-log',
  'a client stream': 'orders-1',
  'a system stream': '$settings',
} as const;

type Letters = string;

const actions: Readonly<Record<string, StreamAction>> = {
  r: 'read',
  a: 'append',
  m: 'read-metadata',
  w: 'write-metadata',
  d: 'delete',
  t: 'tombstone',
};

/** What each role may do with each kind of stream, by the first letters of `actions`. (What an operator may do, the ledger still refuses.) */
const table: Readonly<Record<keyof typeof streams, Readonly<Record<Role, Letters>>>> = {
  'its cluster': { operator: 'ramwdt', allocator: 'ram', auditor: 'rm', node: 'rm' },
  'another cluster': { operator: 'ramwdt', allocator: 'ram', auditor: 'rm', node: '' },
  'its host': { operator: 'ramwdt', allocator: 'rm', auditor: 'rm', node: 'ram' },
  'its host in another life and era': { operator: 'ramwdt', allocator: 'rm', auditor: 'rm', node: 'ram' },
  'another host': { operator: 'ramwdt', allocator: 'rm', auditor: 'rm', node: '' },
  'its name in another cluster': { operator: 'ramwdt', allocator: 'rm', auditor: 'rm', node: '' },
  'a host name that no agent makes': { operator: 'ramwdt', allocator: 'rm', auditor: 'rm', node: '' },
  audit: { operator: 'ramwdt', allocator: 'rm', auditor: 'rm', node: '' },
  'evio-log': { operator: 'rmwdt', allocator: 'rm', auditor: 'rm', node: 'rm' },
  'a client stream': { operator: 'ramwdt', allocator: 'ram', auditor: 'rm', node: '' },
  'a system stream': { operator: 'ramwdt', allocator: 'rm', auditor: 'rm', node: '' },
};

const allowed = (user: User, stream: string, acl?: Acl): Letters =>
  Object.entries(actions)
    .filter(([, action]) => E.isRight(may(user, { action, stream }, acl)))
    .map(([letter]) => letter)
    .join('');

for (const [what, stream] of Object.entries(streams))
  test(`each role does with ${what} what the table says`, (t) => {
    const found = Object.fromEntries(
      Object.entries(users).map(([role, user]) => [role, allowed(user, stream)]),
    );
    t.deepEqual(found, table[what as keyof typeof streams]);
  });

test('everybody but a node reads all streams at once', (t) => {
  const readers = Object.entries(users)
    .filter(([, user]) => E.isRight(may(user, { action: 'read-all' })))
    .map(([role]) => role);
  t.deepEqual(readers, ['operator', 'allocator', 'auditor']);
});

test('the metadata of a stream are its own, under whichever name they are asked for', (t) => {
  const { node, auditor, operator } = users;
  t.true(E.isRight(may(node, { action: 'read', stream: '$$cluster-evio' })));
  t.true(E.isLeft(may(node, { action: 'read', stream: '$$cluster-lab' })));
  t.true(E.isLeft(may(node, { action: 'append', stream: `$$${streams['its host']}` })));
  t.true(E.isLeft(may(auditor, { action: 'append', stream: '$$orders-1' })));
  t.true(E.isRight(may(operator, { action: 'append', stream: '$$orders-1' })));
  t.true(E.isLeft(may(auditor, { action: 'delete', stream: '$$orders-1' })));
});

test('an $acl keeps everybody out of a client stream whom it does not name, but operators', (t) => {
  const acl = parseAcl({ $r: ['ada'], $w: 'lena', $d: ['$admins'], $mw: [] });
  t.is(allowed(users.auditor, 'orders-1', acl), 'rm');
  t.is(allowed(users.allocator, 'orders-1', acl), 'am');
  t.is(allowed(users.operator, 'orders-1', acl), 'ramwdt');
});

test('an $acl gives nobody more than his role', (t) => {
  const acl = parseAcl({ $r: '$all', $w: ['n1', 'ada'] });
  t.is(allowed(users.auditor, 'orders-1', acl), 'rm');
  t.is(allowed(users.node, 'orders-1', acl), '');
});

test('an $acl on a stream of the ledger changes nothing', (t) => {
  const acl = parseAcl({ $r: [], $w: [], $mr: [] });
  for (const user of Object.values(users))
    t.is(allowed(user, 'cluster-evio', acl), allowed(user, 'cluster-evio'));
});

test('an $acl that is none lets nobody in but operators', (t) => {
  for (const broken of ['$all', { $r: 7 }, [{}].length, null]) {
    t.is(allowed(users.allocator, 'orders-1', parseAcl(broken)), '');
    t.is(allowed(users.operator, 'orders-1', parseAcl(broken)), 'ramwdt');
  }
});

test('a refusal names who, what and which rule', (t) => {
  const reasonOf = (user: User, action: StreamAction, stream: string, acl?: Acl): string => {
    const decided = may(user, { action, stream }, acl);
    return E.isLeft(decided) ? decided.left.reason : 'allowed';
  };
  t.is(
    reasonOf(users.node, 'append', 'cluster-evio'),
    "n1 (node) may not append cluster-evio: a node's credential appends to the host streams of node-1 in evio, and reads these, cluster-evio and evio-log",
  );
  t.is(
    reasonOf(users.allocator, 'append', 'orders-1', parseAcl({ $w: 'bob' })),
    "lena (allocator) may not append orders-1: $w of the stream's $acl does not name lena",
  );
  t.is(
    reasonOf(users.operator, 'append', 'evio-log'),
    'admin (operator) may not append evio-log: evio-log is written by the server alone',
  );
});
