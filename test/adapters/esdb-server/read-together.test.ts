import test from 'ava';
import { taskEither as TE } from 'fp-ts';
import { readAnswer } from '../../../adapters/esdb/read-answer.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { readTogetherPath } from '../../../domain/esdb/read-together.ts';
import type { ClientEvent } from '../../../domain/port/client-log.ts';
import { must } from '../../support/must.ts';
import { rawCall, rawConnection } from './raw-call.ts';
import { readingOfAll } from './requests.ts';
import { startServer } from './server.ts';

const readPath = '/event_store.client.streams.Streams/Read';

const event = (data: string): ClientEvent => ({
  id: ids.random(),
  type: 'Noted',
  contentType: 'application/json',
  data,
  metadata: '',
});

/** What lies in the frames of a body, and how many there are. */
const unframed = (body: Buffer) => {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const end = at + 5 + body.readUInt32BE(at + 1);
    parts.push(body.subarray(at + 5, end));
    at = end;
  }
  return { messages: parts.length, bytes: Buffer.concat(parts) };
};

test('the messages of a reading come together as they would come alone', async (t) => {
  const { server, log } = await startServer(t);
  const events = Array.from({ length: 1000 }, (_, n) => event(JSON.stringify({ n, text: 'x'.repeat(n) })));
  must(await log.append({ stream: 'a', expected: 'any', events })());
  const session = rawConnection(t, server.port);
  const alone = await rawCall(session, readPath, [readingOfAll()]);
  const together = await rawCall(session, readTogetherPath, [readingOfAll()]);
  const { messages, bytes } = unframed(together.body);
  // Before them it is said which log it is.
  const first = 5 + bytes.readUInt32BE(1);
  t.deepEqual(readAnswer(bytes.subarray(5, first)), {
    event: undefined,
    checkpoint: undefined,
    log: log.identity,
  });
  t.true(bytes.subarray(first).equals(alone.body));
  t.is(unframed(alone.body).messages, 1000);
  t.true(messages < 50, String(messages));
  t.is(together.trailers['grpc-status'], '0');
});

test('who may not read is not sent them together either', async (t) => {
  const { server } = await startServer(t, {
    access: {
      authenticate: () =>
        TE.right({
          name: 'nobody',
          may: () => TE.left({ type: 'access-denied' as const, reason: 'not you' }),
          revoked: new AbortController().signal,
        }),
    },
  });
  const { body, trailers } = await rawCall(rawConnection(t, server.port), readTogetherPath, [readingOfAll()]);
  t.is(body.length, 0);
  t.is(trailers['grpc-status'], '7');
});
