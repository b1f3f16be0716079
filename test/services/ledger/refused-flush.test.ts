import { join } from 'node:path';
import test from 'ava';
import { startClient } from '../../adapters/esdb-server/client.ts';
import { failingDisk } from '../../adapters/sqlite/disk-image.ts';
import { freePort } from '../../support/free-port.ts';
import { readyz } from './guarded-server.ts';
import { insecurely, insecureUrl, spawnLedger } from './server-process.ts';

test('behind a flush that its disk refused a server takes nothing until it is started again, and says so', async (t) => {
  const { folder, fail, mend } = failingDisk(t);
  const disk = join(folder, 'disk');
  const [port, http] = [await freePort(), await freePort()];
  const start = async () => {
    const server = spawnLedger(t, ...insecurely(disk, port), '--http-listen', `127.0.0.1:${http}`);
    await server.says('serving');
    return server;
  };
  const server = await start();
  t.teardown(() => server.end('SIGKILL'));
  const { run } = await startClient(t, '@eventstore/db-client', insecureUrl(port));
  const append = (size: number) =>
    run(async ({ client, library }, length) => {
      const event = library.jsonEvent({ type: 'Placed', data: { filling: 'x'.repeat(length) } });
      const outcome = await client.appendToStream('orders', event).then(
        () => 'acknowledged',
        (error: { readonly type: string }) => error.type,
      );
      const stored = [];
      for await (const { event } of client.readStream('orders')) stored.push(event.id);
      return { outcome, stored: stored.length };
    }, size);
  t.deepEqual(await append(10), { outcome: 'acknowledged', stored: 1 });
  fail();
  t.deepEqual(await append(400_000), { outcome: 'unavailable', stored: 1 });
  mend();
  t.deepEqual(await append(10), { outcome: 'unavailable', stored: 1 });
  const why =
    /^the log cannot be written: the disk refused to flush .* until the program that has it open is started again/;
  await server.says(why);
  const { status, reasons } = await readyz(http);
  t.is(status, 503);
  t.regex(reasons[0] ?? '', why);
  const metrics = await (await fetch(`http://127.0.0.1:${http}/metrics`)).text();
  t.regex(metrics, /^evio_ledger_log_flush_refused 1$/m);

  t.is(await server.end(), 0);
  const again = await start();
  t.notRegex((await readyz(http)).reasons.join(), /flush/);
  const { outcome, stored } = await append(10);
  t.is(outcome, 'acknowledged');
  // The one that was refused may have got there.
  t.true(stored === 2 || stored === 3);
  t.is(await again.end(), 0);
});
