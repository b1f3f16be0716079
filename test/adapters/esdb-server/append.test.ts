import test from 'ava';
import { packages, startClient } from './client.ts';
import { startServer } from './server.ts';

for (const name of packages) {
  test.serial(`${name}: JSON and any bytes come back as they were sent`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const { sent, result, found, after } = await run(async ({ client, library }) => {
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      const sent = [
        library.jsonEvent({
          type: 'Opened',
          data: { name: 'möbel ✓', n: 1.5, nothing: null },
          metadata: { by: 'me' },
        }),
        library.binaryEvent({ type: 'Scanned', data: bytes, metadata: bytes }),
        library.jsonEvent({ type: 'Empty', data: {} }),
      ];
      const result = await client.appendToStream('orders/1 – ü', sent);
      const found = [];
      for await (const { event } of client.readStream('orders/1 – ü')) found.push(event);
      return { sent, result, found, after: Date.now() };
    });
    t.deepEqual(
      found.map(({ id, type, data, metadata, isJson, streamId, revision }) => ({
        id,
        type,
        data: data instanceof Uint8Array ? [...data] : data,
        metadata: metadata instanceof Uint8Array ? [...metadata] : metadata,
        isJson,
        streamId,
        revision,
      })),
      sent.map(({ id, type, data, metadata }, index) => ({
        id,
        type,
        data: data instanceof Uint8Array ? [...data] : data,
        metadata: metadata instanceof Uint8Array ? [...metadata] : metadata,
        isJson: index !== 1,
        streamId: 'orders/1 – ü',
        revision: BigInt(index),
      })),
    );
    t.deepEqual(result, { success: true, nextExpectedRevision: 2n, position: { commit: 2n, prepare: 2n } });
    for (const { created } of found) t.true(Math.abs(after - created.getTime()) < 60_000);
  });

  for (const [way, options] of [
    ['BatchAppend', {}],
    ['Append', { credentials: { username: 'x', password: 'y' } }],
  ] as const)
    test.serial(`${name}: every expectation holds or is a wrong expected version, by ${way}`, async (t) => {
      const { url } = await startServer(t);
      const { run } = await startClient(t, name, url);
      const outcomes = await run(async ({ client, library, expecting }, options) => {
        const append = (stream: string, state: unknown) =>
          client
            .appendToStream(stream, library.jsonEvent({ type: 'X', data: {} }), {
              ...expecting(state),
              ...options,
            })
            .then(
              ({ nextExpectedRevision }: { nextExpectedRevision: bigint }) => nextExpectedRevision,
              (error: Record<string, unknown>) => [
                error['type'],
                error['expectedVersion'] ?? error['expectedState'],
                error['actualVersion'] ?? error['actualState'],
              ],
            );
        return [
          await append('a', 'stream_exists'),
          await append('a', 0n),
          await append('a', 'no_stream'),
          await append('a', 'no_stream'),
          await append('a', 'any'),
          await append('a', 'stream_exists'),
          await append('a', 2n),
          await append('a', 1n),
          await append('a', 7n),
        ];
      }, options);
      const wrong = 'wrong-expected-version';
      t.deepEqual(outcomes, [
        [wrong, 'stream_exists', 'no_stream'],
        [wrong, 0n, 'no_stream'],
        0n,
        [wrong, 'no_stream', 0n],
        1n,
        2n,
        3n,
        [wrong, 1n, 3n],
        [wrong, 7n, 3n],
      ]);
    });

  test.serial(`${name}: the same append twice is the same append once`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const { answers, count } = await run(async ({ client, library, expecting }) => {
      const events = [1, 2, 3].map((n) => library.jsonEvent({ type: 'X', data: { n } }));
      const answers = [];
      for (const state of ['no_stream', 'no_stream', 'any', 'any'])
        answers.push(await client.appendToStream('a', events, expecting(state)));
      let count = 0;
      for await (const _ of client.readStream('a')) count += 1;
      return { answers, count };
    });
    t.is(count, 3);
    for (const answer of answers) t.deepEqual(answer, answers[0]);
  });

  test.serial(`${name}: an append over the limit is refused by name, and the next one is done`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const outcomes = await run(async ({ client, library }) => {
      const outcomes = [];
      for (const [size, options] of [
        [1024 * 1024 + 1, {}],
        [5 * 1024 * 1024, {}],
        [1024 * 1024 + 1, { credentials: { username: 'x', password: 'y' } }],
        // Its type, content type and places count as well.
        [1024 * 1024 - 200, {}],
      ])
        outcomes.push(
          await client
            .appendToStream(
              'a',
              library.binaryEvent({ type: 'X', data: new Uint8Array(Number(size)) }),
              options,
            )
            .then(
              () => 'done',
              (error: Record<string, unknown>) => [error['type'], error['maxAppendSize']],
            ),
        );
      return outcomes;
    });
    const refused = ['maximum-append-size-exceeded', 1048576];
    t.deepEqual(outcomes, [refused, refused, refused, 'done']);
  });

  test.serial(
    `${name}: a stream whose name is too long is refused in words, and the client lives`,
    async (t) => {
      const { url } = await startServer(t);
      const { fails, run } = await startClient(t, name, url);
      const { message } = await fails(({ client, library }) =>
        client.appendToStream('a'.repeat(1025), library.jsonEvent({ type: 'X', data: {} })),
      );
      t.regex(message, /has 1025 bytes/);
      const again = await run(
        ({ client, library }): Promise<{ nextExpectedRevision: bigint }> =>
          client.appendToStream('a'.repeat(1024), library.jsonEvent({ type: 'X', data: {} })),
      );
      t.is(again.nextExpectedRevision, 0n);
    },
  );

  test.serial(`${name}: an append of many messages is one append`, async (t) => {
    const { url } = await startServer(t, { limits: { appendBytes: 16 << 20 } });
    const { run } = await startClient(t, name, url);
    const { result, lengths } = await run(async ({ client, library, expecting }) => {
      const events = Array.from({ length: 40 }, () =>
        library.binaryEvent({ type: 'X', data: new Uint8Array(200_000) }),
      );
      const result = await client.appendToStream('a', events, expecting('no_stream'));
      const lengths = [];
      for await (const { event } of client.readStream('a')) lengths.push(event.data.length);
      return { result, lengths };
    });
    t.is(result.nextExpectedRevision, 39n);
    t.deepEqual(lengths, Array(40).fill(200_000));
  });

  test.serial(`${name}: appends under way at once keep their order and find their answers`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const { revisions, found } = await run(async ({ client, library }) => {
      // The call is open behind this: what waits for that goes in no order of its own.
      await client.appendToStream('first', library.jsonEvent({ type: 'X', data: {} }));
      const all = Array.from({ length: 300 }, (_, n) =>
        client.appendToStream(n % 2 === 0 ? 'even' : 'odd', library.jsonEvent({ type: 'X', data: { n } })),
      );
      const revisions = (await Promise.all(all)).map(({ nextExpectedRevision }) =>
        Number(nextExpectedRevision),
      );
      const found = [];
      for await (const { event } of client.readStream('odd')) found.push(event.data.n);
      return { revisions, found };
    });
    t.deepEqual(
      revisions,
      Array.from({ length: 300 }, (_, n) => Math.floor(n / 2)),
    );
    t.deepEqual(
      found,
      Array.from({ length: 150 }, (_, n) => 2 * n + 1),
    );
  });
}
