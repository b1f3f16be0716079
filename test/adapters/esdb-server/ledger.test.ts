import test from 'ava';
import { seal } from '../../../domain/chain.ts';
import { wireMetadata } from '../../../domain/esdb/ledger-event.ts';
import { sha256 } from '../../contract/event-store/support.ts';
import { packages, startClient } from './client.ts';
import { startServer } from './server.ts';

const stream = 'cluster-evio';

/** Three events of a ledger stream, complete as the allocator would send them. */
const sealed = seal(
  sha256,
  stream,
  undefined,
  ['0', '1', '2'].map((digit) => ({
    id: `6f1c8a6e-0000-4000-8000-00000000000${digit}`,
    type: 'NodeLeft',
    payload: `{"asOf":"2026-11-21T03:36:14.123Z","node":"n${digit}"}`,
    metadata: {
      schema: 1,
      time: '2026-11-21T03:36:14.123Z',
      actor: 'allocator',
      incarnation: '6f1c8a6e-1111-4000-8000-000000000000',
      $causationId: 'c',
      $correlationId: 'r',
    },
  })),
).map(({ id, type, payload, metadata, hash }) => ({
  id,
  type,
  data: JSON.parse(payload),
  metadata: JSON.parse(wireMetadata(metadata, hash)),
}));

for (const name of packages)
  test.serial(`${name} appends complete ledger events and reads them back as they were`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const read = await run(
      async ({ client, library, expecting }, { to, events }) => {
        const proposed = events.map((event: object) => library.jsonEvent(event));
        const [first, ...rest] = proposed;
        await client.appendToStream(to, first, expecting('no_stream'));
        const appended = await client.appendToStream(to, rest, expecting(0n));
        const found = [];
        for await (const { event } of client.readStream(to)) found.push(event);
        return { appended, found };
      },
      { to: stream, events: sealed },
    );
    t.is(read.appended.nextExpectedRevision, 2n);
    t.deepEqual(
      read.found.map(({ id, type, data, metadata }: (typeof sealed)[number]) => ({
        id,
        type,
        data,
        metadata,
      })),
      sealed,
    );
    t.deepEqual(
      read.found.map(({ streamId, revision }: { streamId: string; revision: bigint }) => [
        streamId,
        revision,
      ]),
      [0n, 1n, 2n].map((revision) => [stream, revision]),
    );
  });
