import test from 'ava';
import { must } from '../../support/must.ts';
import { packages, startClient } from './client.ts';
import { startServer } from './server.ts';

for (const name of packages)
  test.serial(
    `${name}: an append under way when the server closes is made and answered, and none after it`,
    async (t) => {
      let open = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      let begun = (): void => undefined;
      const hasBegun = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const { server, url, log } = await startServer(t, {
        seen: (log) => ({
          ...log,
          append: (append) => async () => {
            begun();
            await gate;
            return log.append(append)();
          },
        }),
      });
      const { run } = await startClient(t, name, url);
      const answers = run(async ({ client, library }) => {
        const append = () =>
          client.appendToStream('a', library.jsonEvent({ type: 'X', data: {} })).then(
            ({ nextExpectedRevision }: { nextExpectedRevision: bigint }) => Number(nextExpectedRevision),
            ({ type }: { type: string }) => type,
          );
        return [await append(), await append()];
      });
      await hasBegun;
      const closed = server.close(10_000);
      open();
      t.deepEqual(await answers, [0, 'unavailable']);
      await closed;
      t.is(must(await log.end()()), 0);
    },
  );

for (const name of packages)
  test.serial(`${name}: with the log closed under the server, every call is unavailable`, async (t) => {
    const { url, closeLog } = await startServer(t);
    const { run } = await startClient(t, name, url);
    const types = await run(
      async ({ client, library, said }) => {
        const type = (done: Promise<unknown>) =>
          done.then(
            () => 'done',
            (error: { type: string }) => error.type,
          );
        const drain = async (events: AsyncIterable<unknown>) => {
          for await (const _ of events);
        };
        const event = () => library.jsonEvent({ type: 'X', data: {} });
        await client.appendToStream('a', event());
        said('close');
        while ((await type(client.appendToStream('a', event()))) === 'done');
        return [
          await type(client.appendToStream('a', event())),
          await type(client.appendToStream('a', event(), { credentials: { username: 'x', password: 'y' } })),
          await type(drain(client.readStream('a'))),
          await type(drain(client.readAll())),
          await type(drain(client.subscribeToAll())),
          await type(client.deleteStream('a')),
        ];
      },
      undefined,
      closeLog,
    );
    t.deepEqual(types, Array(6).fill('unavailable'));
  });
