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
