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
