import { createServer } from 'node:http';
import test from 'ava';
import { either as E } from 'fp-ts';
import { readEtcdKeys } from '../../../adapters/etcd/read-keys.ts';
import { startEtcd } from '../../support/etcd.ts';
import { must } from '../../support/must.ts';

test('the keys below a prefix and no others, however many', async (t) => {
  const { endpoint, put } = await startEtcd(t);
  t.deepEqual(must(await readEtcdKeys(endpoint, '/evpn/')()), []);
  const keys = Array.from({ length: 6_000 }, (_, n) => `/evpn/${String(n).padStart(5, '0')}`);
  for (let n = 0; n < keys.length; n += 200) {
    await Promise.all(keys.slice(n, n + 200).map((key) => put(key, 'ok')));
  }
  for (const other of ['/evpn', '/evpm/1', '/evpo/1', '/evpn0']) await put(other, 'ok');
  t.deepEqual(must(await readEtcdKeys(endpoint, '/evpn/')()), keys);
});

test('an endpoint that is no etcd is a failure with its reason', async (t) => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/v3/kv/range' ? 404 : 500;
    response.end('nothing here');
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const reasons: ReadonlyArray<readonly [string, RegExp]> = [
    [`http://127.0.0.1:${port}`, /^status 404: nothing here$/],
    ['http://127.0.0.1:1', /ECONNREFUSED|bad port/],
    ['not a URL', /Invalid URL/],
  ];
  for (const [endpoint, reason] of reasons) {
    const failed = await readEtcdKeys(endpoint, '/evpn/')();
    if (E.isRight(failed)) return t.fail(endpoint);
    t.deepEqual([failed.left.type, failed.left.endpoint], ['etcd-failed', endpoint]);
    t.regex(failed.left.reason, reason);
  }
});
