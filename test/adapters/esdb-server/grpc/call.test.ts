import { once } from 'node:events';
import { connect, createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { byteBudget, shareOf } from '../../../../adapters/esdb-server/grpc/byte-budget.ts';
import { openCall } from '../../../../adapters/esdb-server/grpc/call.ts';
import { openOutflow } from '../../../../adapters/esdb-server/grpc/outflow.ts';
import { slots } from '../../../../adapters/esdb-server/grpc/slots.ts';
import { done } from '../../../../adapters/esdb-server/grpc/status.ts';

test('who takes an answer late gets its status all the same', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  t.teardown(() => {
    session.destroy();
    server.close();
  });
  const request = session.request({ ':method': 'POST' }, { endStream: true });
  const [stream, headers] = (await once(server, 'stream')) as [ServerHttp2Stream, Record<string, string>];
  const call = openCall(stream, headers, new AbortController().signal, {
    messageBytes: 1024,
    stuckMs: 60_000,
    uploads: shareOf(byteBudget(1024)),
    outflow: openOutflow(),
    pages: { subscriptions: slots(1), readings: slots(1), singles: slots(1) },
  });
  const ended = once(request, 'trailers');
  t.true(await call.send(Buffer.alloc(100 * 1024)));
  call.end(done);
  // Longer than a client is given to end its side behind the status.
  await sleep(2500);
  request.resume();
  const [trailers] = await ended;
  t.is(trailers['grpc-status'], '0');
});
