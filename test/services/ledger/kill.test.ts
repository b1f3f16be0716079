import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { startClient } from '../../adapters/esdb-server/client.ts';
import { freePort } from '../../support/free-port.ts';
import { insecurely, insecureUrl, scratch, spawnLedger } from './server-process.ts';

const rounds = 50;
const many = 20;

test('a server killed at any moment loses, doubles and disorders nothing that it acknowledged', async (t) => {
  t.timeout(600_000);
  const [folder, port] = [await scratch(t), await freePort()];
  const start = async () => {
    const server = spawnLedger(t, ...insecurely(folder, port));
    await server.says('serving');
    return server;
  };
  let server = await start();
  const { run, process: clients } = await startClient(t, '@eventstore/db-client', insecureUrl(port));

  const working = run(
    async ({ client, library, said }, { many }) => {
      const { jsonEvent, NO_STREAM, START } = library;
      let ending = false;
      process.once('SIGUSR2', () => {
        ending = true;
      });
      const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

      /** Appends one after the other, each again and again until it is acknowledged, always with the same id and expectation. */
      const write = async (writer: number) => {
        const acknowledged: string[] = [];
        while (!ending) {
          const id = crypto.randomUUID();
          const event = jsonEvent({ id, type: 'Written', data: { writer, number: acknowledged.length } });
          const expectedRevision = acknowledged.length === 0 ? NO_STREAM : BigInt(acknowledged.length - 1);
          for (;;) {
            try {
              await client.appendToStream(`writer-${writer}`, event, { expectedRevision });
              break;
            } catch (error) {
              if ((error as { type?: string }).type === 'wrong-expected-version') throw error;
              await pause(20);
            }
          }
          acknowledged.push(id);
        }
        return acknowledged;
      };

      /** Takes up where it was cut off. */
      const subscribe = async (writer: number, all: () => number | undefined) => {
        const seen: string[] = [];
        let revision: bigint | undefined;
        while (seen.length !== all()) {
          const subscription = client.subscribeToStream(`writer-${writer}`, {
            fromRevision: revision ?? START,
          });
          const watch = setInterval(() => {
            if (seen.length === all()) void subscription.unsubscribe();
          }, 50);
          try {
            for await (const { event } of subscription) {
              seen.push(event.id);
              revision = event.revision;
            }
          } catch {
            await pause(20);
          } finally {
            clearInterval(watch);
          }
        }
        return seen;
      };

      const numbers = Array.from({ length: many }, (_, number) => number);
      let acknowledged: ReadonlyArray<ReadonlyArray<string>> | undefined;
      const subscribing = Promise.all(
        numbers.map((number) => subscribe(number, () => acknowledged?.[number]?.length)),
      );
      said('begun');
      acknowledged = await Promise.all(numbers.map(write));
      const seen = await subscribing;
      const stored = [];
      for (const number of numbers) {
        const ids: string[] = [];
        for await (const { event } of client.readStream(`writer-${number}`)) ids.push(event.id);
        stored.push(ids);
      }
      return { acknowledged, seen, stored };
    },
    { many },
  );

  let random = 7;
  for (let round = 0; round < rounds; round += 1) {
    random = (random * 48_271) % 2_147_483_647;
    await sleep(random % 250);
    await server.end('SIGKILL');
    server = await start();
  }
  await sleep(500);
  clients.kill('SIGUSR2');
  const { acknowledged, seen, stored } = await working;
  t.deepEqual(stored, acknowledged);
  t.deepEqual(seen, acknowledged);
  const events = acknowledged.flat().length;
  t.log(`${events} events through ${rounds} kills`);
  t.true(acknowledged.every((ids) => ids.length > 0));
  t.is(await server.end(), 0);
});
