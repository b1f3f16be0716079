import test from 'ava';
import { startClient, type Tools } from '../../adapters/esdb-server/client.ts';
import { guarded, official, readOne } from './guarded-server.ts';

test('each role does what it may, and is told what it may not', async (t) => {
  const { url, issue } = await guarded(t);
  const auditor = await startClient(t, official, url('siem', await issue('siem', 'auditor')));
  const node = await startClient(
    t,
    official,
    url('n1', await issue('n1', 'node', '--node', 'node-1', '--cluster', 'evio')),
  );
  const append = async ({ client, library }: Tools, stream: string) =>
    client.appendToStream(stream, library.jsonEvent({ type: 'Placed', data: {} }));
  const readAll = async ({ client }: Tools) => {
    let count = 0;
    for await (const _ of client.readAll()) count += 1;
    return count;
  };
  t.is(await auditor.run(readAll), 1);
  t.is((await auditor.fails(append, 'orders')).type, 'access-denied');
  t.is((await node.fails(append, 'orders')).type, 'access-denied');
  t.is((await node.fails(append, 'cluster-evio')).type, 'access-denied');
  t.is((await node.fails(readAll)).type, 'access-denied');
});

test('a wrong password is refused, and one that was revoked from then on: its subscription ends', async (t) => {
  const { url, issue, credential } = await guarded(t);
  const password = await issue('siem', 'auditor');
  const wrong = await startClient(t, official, url('siem', `${password}x`));
  t.is((await wrong.fails(readOne)).type, 'access-denied');
  const { run, fails } = await startClient(t, official, url('siem', password));
  let following: Promise<unknown> | undefined;
  await new Promise((open) => {
    following = run(
      async ({ client, said }) => {
        const subscription = client.subscribeToAll();
        subscription.once('confirmation', said);
        try {
          for await (const _ of subscription);
          return 'it ended';
        } catch (error) {
          return (error as { readonly type: string }).type;
        }
      },
      undefined,
      open,
    );
  });
  t.is((await credential('revoke', 'siem')).code, 0);
  t.is(await following, 'access-denied');
  t.is((await fails(readOne)).type, 'access-denied');
});

test('an $acl that an operator gives a stream keeps others out of it, whatever they call, until it is gone', async (t) => {
  const { url, issue, adminPassword } = await guarded(t);
  const admin = await startClient(t, official, url('admin', adminPassword));
  const [siem, other] = await Promise.all(
    [
      ['siem', 'auditor'],
      ['other', 'allocator'],
    ].map(async ([name = '', role = '']) => startClient(t, official, url(name, await issue(name, role)))),
  );
  if (siem === undefined || other === undefined) return t.fail();
  const allow = (acl: object | undefined) =>
    admin.run(async ({ client, library }, acl) => {
      await client.appendToStream('orders', library.jsonEvent({ type: 'Placed', data: {} }));
      await client.setStreamMetadata('orders', acl === undefined ? {} : { acl });
    }, acl);
  const read = async ({ client }: Tools) => {
    for await (const _ of client.readStream('orders', { maxCount: 1 })) return 'read';
    return 'nothing to read';
  };
  const follow = async ({ client }: Tools) => {
    for await (const _ of client.subscribeToStream('orders')) return 'followed';
    return 'it ended';
  };
  const append = async ({ client, library }: Tools) => {
    await client.appendToStream('orders', library.jsonEvent({ type: 'Placed', data: {} }));
    return 'appended';
  };
  const look = async ({ client }: Tools) => {
    await client.getStreamMetadata('orders');
    return 'looked';
  };

  await allow({ readRoles: ['siem'], writeRoles: ['$admins'], metaReadRoles: ['siem'] });
  t.is(await siem.run(read), 'read');
  t.is(await siem.run(look), 'looked');
  for (const call of [read, follow, append, look])
    t.is((await other.fails(call)).type, 'access-denied', String(call));
  t.is(await admin.run(append), 'appended');
  await allow(undefined);
  t.is(await other.run(read), 'read');
  t.is(await other.run(append), 'appended');
});
