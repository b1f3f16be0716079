import { join } from 'node:path';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import test, { type ExecutionContext } from 'ava';
import { taskEither as TE } from 'fp-ts';
import type { WireServerOptions } from '../../../adapters/esdb-server/open.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { appendStampedPath, stampedFields } from '../../../domain/esdb/append-stamped.ts';
import { collect, realClock } from '../../contract/event-store/support.ts';
import { serveLog } from '../../support/wire.ts';
import { openAt, scratchFolder } from '../sqlite/scratch.ts';
import { rawCall, rawConnection } from './raw-call.ts';
import { appendTo, proposed } from './requests.ts';

const served = async (t: ExecutionContext, options: Partial<WireServerOptions> = {}) => {
  const log = openAt(join(scratchFolder(t), 'ledger.db'));
  const server = await serveLog(log.clients, realClock, options);
  t.teardown(async () => {
    await server.close(100);
    await log.close();
  });
  return { log, session: rawConnection(t, server.port) };
};

/** The text in a field above 15 of a message, which has two bytes of key and one of length. */
const textOf = (message: Buffer, field: number): string | undefined => {
  const at = message.indexOf(Buffer.from([((field << 3) & 0x7f) | 0x82, field >> 4]));
  return at === -1 ? undefined : message.toString('utf8', at + 3, at + 3 + (message[at + 2] ?? 0));
};

test('an answer has stamp and hash of what was written beside what EventStoreDB says, and of a repeat that alone', async (t) => {
  const { log, session } = await served(t);
  const append = [appendTo('a'), proposed(ids.random(), '{}')];
  const answers = [];
  for (let times = 0; times < 2; times += 1) answers.push(await rawCall(session, appendStampedPath, append));
  const [first, repeat] = answers.map(({ body }) => body.subarray(5));
  if (first === undefined || repeat === undefined) return t.fail();
  const [event] = await collect(log.readAll());
  t.is(textOf(first, stampedFields.recordedAt), event?.recordedAt);
  t.is(textOf(first, stampedFields.hash), event?.hash);
  t.is(textOf(repeat, stampedFields.hash), undefined);
  const plain = streams.AppendResp.deserializeBinary(first);
  t.is(plain.getSuccess()?.getCurrentRevision(), '0');
  t.deepEqual(plain.toObject(), streams.AppendResp.deserializeBinary(repeat).toObject());
  t.deepEqual(
    answers.map(({ trailers }) => trailers['grpc-status']),
    ['0', '0'],
  );
});

test('who may not append may not by this method either', async (t) => {
  const { log, session } = await served(t, {
    access: {
      authenticate: () =>
        TE.right({
          name: 'nobody',
          may: () => TE.left({ type: 'access-denied' as const, reason: 'not you' }),
          revoked: new AbortController().signal,
        }),
    },
  });
  const append = [appendTo('a'), proposed(ids.random(), '{}')];
  const { body, trailers } = await rawCall(session, appendStampedPath, append);
  t.is(body.length, 0);
  t.is(trailers['grpc-status'], '7');
  t.deepEqual(await collect(log.readAll()), []);
});
