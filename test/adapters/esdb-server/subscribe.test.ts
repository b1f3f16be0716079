import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { packages, startClient } from './client.ts';
import { startServer } from './server.ts';

for (const name of packages) {
  test.serial(`${name}: a subscription is confirmed, catches up, says so, and goes on live`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const told = await run(async ({ client, library }) => {
      const append = (stream: string, ...numbers: number[]) =>
        client.appendToStream(
          stream,
          numbers.map((n) => library.jsonEvent({ type: 'X', data: { n } })),
        );
      await append('a', 0, 1, 2);
      await append('b', 0);
      const told: unknown[] = [];
      const subscription = client.subscribeToStream('a', { fromRevision: 0n });
      subscription.on('confirmation', () => told.push('confirmed'));
      await new Promise((resolve) => {
        subscription.on('caughtUp', async () => {
          told.push('caught up');
          await append('b', 1);
          await append('a', 3);
          await append('a', 4, 5);
        });
        subscription.on('data', ({ event }: { event: { data: { n: number } } }) => {
          told.push(event.data.n);
          if (event.data.n === 5) resolve(undefined);
        });
      });
      await subscription.unsubscribe();
      return told;
    });
    t.deepEqual(told, ['confirmed', 1, 2, 'caught up', 3, 4, 5]);
  });

  test.serial(
    `${name}: a subscription from the end sees only what comes, and to a stream that is not there yet, all of it`,
    async (t) => {
      const { url } = await startServer(t);
      const { run } = await startClient(t, name, url);
      const seen = await run(async ({ client, library }) => {
        const append = (stream: string, n: number) =>
          client.appendToStream(stream, library.jsonEvent({ type: 'X', data: { n } }));
        await append('a', 1);
        const first = async (subscription: {
          on: (what: string, listener: (told: never) => void) => void;
          unsubscribe: () => Promise<void>;
        }) => {
          const ready = new Promise((resolve) => subscription.on('caughtUp', resolve as never));
          const seen = new Promise((resolve) =>
            subscription.on('data', (({ event }: { event: { data: { n: number } } }) =>
              resolve(event.data.n)) as never),
          );
          await ready;
          return { seen, end: () => subscription.unsubscribe() };
        };
        const subscriptions = [
          await first(client.subscribeToStream('a', { fromRevision: 'end' })),
          await first(client.subscribeToAll({ fromPosition: 'end' })),
          await first(client.subscribeToStream('later')),
        ];
        await append('a', 2);
        await append('later', 3);
        const seen = await Promise.all(subscriptions.map(({ seen }) => seen));
        for (const { end } of subscriptions) await end();
        return seen;
      });
      t.deepEqual(seen, [2, 2, 3]);
    },
  );

  test.serial(`${name}: a subscription to all goes on behind the position that it names`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const seen = await run(async ({ client, library }) => {
      const append = (n: number) =>
        client.appendToStream(`s${n}`, library.jsonEvent({ type: 'X', data: { n } }));
      await append(1);
      const { position } = await append(2);
      await append(3);
      const seen: number[] = [];
      const subscription = client.subscribeToAll({ fromPosition: position });
      for await (const { event } of subscription) {
        seen.push(event.data.n);
        if (seen.length === 1) await append(4);
        if (seen.length === 2) break;
      }
      await subscription.unsubscribe();
      return seen;
    });
    t.deepEqual(seen, [3, 4]);
  });

  test.serial(`${name}: filters are kept, with checkpoints at the interval that was asked for`, async (t) => {
    const { url } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const { names, checkpoints } = await run(async ({ client, library }) => {
      for (let n = 0; n < 10; n += 1)
        await client.appendToStream(
          `noise-${n}`,
          Array.from({ length: 30 }, () => library.jsonEvent({ type: 'Noise', data: {} })),
        );
      await client.appendToStream('order-1', library.jsonEvent({ type: 'Placed', data: {} }));
      const seen = async (filter: object) => {
        const subscription = client.subscribeToAll({ filter });
        for await (const { event } of subscription) {
          await subscription.unsubscribe();
          return `${event.streamId} ${event.type}`;
        }
        return undefined;
      };
      const names = [
        await seen(library.streamNameFilter({ prefixes: ['order-'] })),
        await seen(library.streamNameFilter({ regex: '-1$', maxSearchWindow: 5 })),
        await seen(library.eventTypeFilter({ prefixes: ['Pl'] })),
        await seen(library.eventTypeFilter({ regex: 'c.d$' })),
        await seen(library.excludeSystemEvents()),
      ];
      const checkpoints: number[] = [];
      await new Promise((resolve) => {
        const filter = library.eventTypeFilter({
          prefixes: ['Noise'],
          maxSearchWindow: 50,
          checkpointInterval: 2,
          checkpointReached: async (_: unknown, { commit }: { commit: bigint }) =>
            void checkpoints.push(Number(commit)),
        });
        const subscription = client.subscribeToAll({ filter });
        subscription.on('data', () => undefined);
        subscription.on('caughtUp', () => subscription.unsubscribe().then(resolve));
      });
      return { names, checkpoints };
    });
    t.deepEqual(names, [
      'order-1 Placed',
      'noise-1 Noise',
      'order-1 Placed',
      'order-1 Placed',
      'noise-0 Noise',
    ]);
    t.deepEqual(checkpoints, [99, 199, 299]);
  });

  test.serial(
    `${name}: a pattern that would take for ever elsewhere is answered, and one that is none is refused`,
    async (t) => {
      const { url } = await startServer(t);
      const { run, fails } = await startClient(t, name, url);
      const hung = await run(async ({ client, library }) => {
        await client.appendToStream(`${'a'.repeat(1000)}!`, library.jsonEvent({ type: 'X', data: {} }));
        await client.appendToStream(`${'a'.repeat(50)}`, library.jsonEvent({ type: 'X', data: {} }));
        const subscription = client.subscribeToAll({
          filter: library.streamNameFilter({ regex: '^(?!(a+)+!$)(a|aa|a?)+(a+)+$' }),
        });
        for await (const { event } of subscription) {
          await subscription.unsubscribe();
          return event.streamId.length;
        }
      });
      t.is(hung, 50);
      for (const regex of ['(', 'a(?=a)', `${'a'.repeat(1025)}`]) {
        const error = await fails(async ({ client, library }, regex) => {
          for await (const _ of client.subscribeToAll({ filter: library.streamNameFilter({ regex }) }));
        }, regex);
        t.regex(error.message, /regular expression/);
      }
    },
  );

  test.serial(`${name}: readers that are gone without a word hold nothing`, async (t) => {
    const { server, url, said } = await startServer(t);
    const { run, process } = await startClient(t, name, url);
    await run(async ({ client, library }) => {
      await client.appendToStream('a', library.jsonEvent({ type: 'X', data: {} }));
      for (let n = 0; n < 20; n += 1)
        await new Promise((resolve) => {
          const subscription = client.subscribeToAll();
          subscription.on('data', () => undefined);
          subscription.on('caughtUp', resolve);
        });
    });
    t.is(server.subscriptions(), 20);
    process.kill('SIGKILL');
    while (server.subscriptions() + server.connections() > 0) await sleep(10);
    await sleep(50);
    t.deepEqual(said, []);
  });
}
