import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { openOutflow } from '../../../../adapters/esdb-server/grpc/outflow.ts';
import { slots } from '../../../../adapters/esdb-server/grpc/slots.ts';
import { sendPages } from '../../../../adapters/esdb-server/read/send-pages.ts';
import { ids } from '../../../../adapters/system/ids.ts';
import type { ClientEventRead, ClientPage } from '../../../../domain/port/client-log.ts';
import { must } from '../../../support/must.ts';
import { openAccess } from '../server.ts';

const event = (revision: number): ClientEventRead => ({
  id: ids.random(),
  type: 'X',
  contentType: 'application/json',
  data: '{}',
  metadata: '',
  stream: 'a',
  revision,
  position: revision,
  recordedAt: '2026-11-22T00:00:00.000Z',
});

test('a subscriber among many has his next page when all that his connection was sent before has left', async (t) => {
  const outflow = openOutflow(60_000);
  let asked = 0;
  const pages = async function* (): AsyncGenerator<ClientPage> {
    while (asked < 3) {
      asked += 1;
      yield { events: [event(asked)], caughtUp: true };
    }
  };
  const none = new AbortController().signal;
  const call = {
    caller: must(await openAccess.authenticate(undefined)()),
    authority: '',
    messages: (async function* (): AsyncGenerator<Buffer> {})(),
    uploads: { take: () => true, give: () => undefined },
    pages: { subscriptions: slots(1), readings: slots(1), singles: slots(1) },
    send: () => Promise.resolve(true),
    room: () => Promise.resolve(true),
    drained: outflow.drained,
    over: none,
    closing: none,
    end: () => undefined,
  };
  const another = outflow.stream();
  another.add();
  const sending = sendPages(
    {
      log: { eventAt: () => async () => ({ _tag: 'Right', right: undefined }) },
      ids,
      sent: () => undefined,
      subscribers: () => 50,
      gather: () => Promise.resolve(),
    },
    call,
    {
      source: { of: 'stream', stream: 'a' },
      from: 'start',
      direction: 'forwards',
      limit: 'subscription',
      ids: 'text',
      resolveLinks: false,
    },
    { pages: pages(), pageOf: () => undefined },
  );
  for (let turns = 0; turns < 10; turns += 1) await turn();
  t.is(asked, 1);
  another.left();
  await sending;
  t.is(asked, 3);
});
