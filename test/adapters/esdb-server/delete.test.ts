import test from 'ava';
import { realClock } from '../../contract/event-store/support.ts';
import { packages, startClient } from './client.ts';
import { startServer } from './server.ts';

for (const name of packages) {
  test.serial(`${name}: a deleted stream is not found, and goes on behind its last revision`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const told = await run(async ({ client, library }) => {
      const append = () => client.appendToStream('a', library.jsonEvent({ type: 'X', data: {} }));
      const revisions = async () => {
        const revisions = [];
        try {
          for await (const { event } of client.readStream('a')) revisions.push(Number(event.revision));
        } catch (error) {
          return (error as { type: string }).type;
        }
        return revisions;
      };
      await append();
      await append();
      const wrong = await client.deleteStream('a', { expectedRevision: 7n }).then(
        () => 'done',
        ({ type, actualVersion, actualState }: Record<string, unknown>) => [
          type,
          actualVersion ?? actualState,
        ],
      );
      const before = await revisions();
      const { position } = await client.deleteStream('a', { expectedRevision: 1n });
      const deleted = await revisions();
      await append();
      return { wrong, before, deleted, after: await revisions(), position: typeof position.commit };
    });
    t.deepEqual(told, {
      wrong: ['wrong-expected-version', 1n],
      before: [0, 1],
      deleted: 'stream-not-found',
      after: [2],
      position: 'bigint',
    });
  });

  test.serial(`${name}: a tombstone ends a stream for ever, by name`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const told = await run(async ({ client, library }) => {
      const event = () => library.jsonEvent({ type: 'X', data: {} });
      const outcome = (done: Promise<unknown>) =>
        done.then(
          () => 'done',
          ({ type, streamName }: Record<string, unknown>) => [type, streamName],
        );
      const drain = async (events: AsyncIterable<unknown>) => {
        for await (const _ of events);
      };
      await client.appendToStream('a', event());
      await client.tombstoneStream('a');
      return [
        await outcome(drain(client.readStream('a'))),
        await outcome(drain(client.subscribeToStream('a'))),
        await outcome(client.appendToStream('a', event())),
        await outcome(client.appendToStream('a', event(), { credentials: { username: 'x', password: 'y' } })),
        await outcome(client.deleteStream('a')),
        await outcome(client.tombstoneStream('a')),
      ];
    });
    for (const outcome of told) t.deepEqual(outcome, ['stream-deleted', 'a']);
    t.is(told.length, 6);
  });

  test.serial(`${name}: stream metadata is written, read and honoured`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const told = await run(async ({ client, library }) => {
      await client.appendToStream(
        'a',
        Array.from({ length: 5 }, () => library.jsonEvent({ type: 'X', data: {} })),
      );
      const before = await client.getStreamMetadata('a');
      await client.setStreamMetadata('a', { maxCount: 2, owner: 'me' });
      const { metadata } = await client.getStreamMetadata('a');
      const counted = [];
      for await (const { event } of client.readStream('a')) counted.push(event.revision);
      await client.setStreamMetadata('a', { truncateBefore: 4 });
      const truncated = [];
      for await (const { event } of client.readStream('a')) truncated.push(event.revision);
      return { before: before.metadata, metadata, counted, truncated };
    });
    t.deepEqual(told, {
      before: undefined,
      metadata: { maxCount: 2, owner: 'me' },
      counted: [3n, 4n],
      truncated: [4n],
    });
  });

  test.serial(
    `${name}: all that metadata can say is read as it was written, and an age is kept to`,
    async (t) => {
      let now = '2026-11-17T14:00:00.000Z';
      const { url } = await startServer(t, { clock: { ...realClock, now: () => now } });
      const { run } = await startClient(t, name, url);
      const append = () =>
        run(async ({ client, library }) => {
          await client.appendToStream('a', library.jsonEvent({ type: 'X', data: {} }));
        });
      const revisions = () =>
        run(async ({ client }) => {
          const revisions = [];
          for await (const { event } of client.readStream('a')) revisions.push(Number(event.revision));
          return revisions;
        });
      await append();
      now = '2026-11-17T14:01:00.000Z';
      await append();
      const metadata = {
        maxAge: 90,
        cacheControl: 30,
        acl: { readRoles: ['$all'], writeRoles: ['$admins'], deleteRoles: ['$admins'] },
        owner: 'me',
      };
      const { read, raw } = await run(async ({ client }, metadata) => {
        await client.setStreamMetadata('a', metadata);
        const raw = [];
        for await (const { event } of client.readStream('$$a')) raw.push(event.data);
        return { read: (await client.getStreamMetadata('a')).metadata, raw };
      }, metadata);
      t.like(read, metadata);
      t.like(raw[0], { $maxAge: 90, $cacheControl: 30, owner: 'me' });
      t.deepEqual(await revisions(), [0, 1]);
      now = '2026-11-17T14:02:00.000Z';
      t.deepEqual(await revisions(), [1]);
    },
  );

  test.serial(`${name}: metadata, deletion and tombstone are events of the whole log`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const told = await run(async ({ client, library }) => {
      for (const stream of ['kept', 'gone', 'ended'])
        await client.appendToStream(stream, library.jsonEvent({ type: 'X', data: {} }));
      await client.setStreamMetadata('kept', { maxCount: 1 });
      await client.deleteStream('gone');
      await client.tombstoneStream('ended');
      const told = [];
      for await (const { event } of client.readAll()) told.push(`${event.streamId} ${event.type}`);
      return told;
    });
    t.deepEqual(told.slice(-6), [
      'kept X',
      'gone X',
      'ended X',
      '$$kept $metadata',
      '$$gone $metadata',
      'ended $streamDeleted',
    ]);
  });

  test.serial(`${name}: nobody deletes or truncates a ledger stream`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const types = await run(async ({ client }) => {
      const outcome = (done: Promise<unknown>) =>
        done.then(
          () => 'done',
          ({ type }: Record<string, unknown>) => type,
        );
      return [
        await outcome(client.deleteStream('cluster-evio')),
        await outcome(client.tombstoneStream('host-evio:n1:6f1c8a6e-0000-4000-8000-000000000000')),
        await outcome(client.setStreamMetadata('cluster-evio', { maxCount: 1 })),
      ];
    });
    t.deepEqual(types, Array(3).fill('access-denied'));
  });
}
