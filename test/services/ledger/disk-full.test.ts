import { readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { startClient } from '../../adapters/esdb-server/client.ts';
import { freePort } from '../../support/free-port.ts';
import { runSync } from '../../support/run.ts';
import { readyz } from './guarded-server.ts';
import { insecurely, insecureUrl, scratch, spawnLedger } from './server-process.ts';

test('on a full disk appends are refused and nothing of them is kept; reading goes on, and appending when there is room', async (t) => {
  const folder = await scratch(t);
  runSync('mount', '-t', 'tmpfs', '-o', 'size=4m', 'evio-test', folder);
  t.teardown(() => runSync('umount', folder));
  const [port, http] = [await freePort(), await freePort()];
  const server = spawnLedger(t, ...insecurely(folder, port), '--http-listen', `127.0.0.1:${http}`);
  t.teardown(() => server.end('SIGKILL'));
  await server.says('serving');
  const { run } = await startClient(t, '@eventstore/db-client', insecureUrl(port));

  const { bsize, bavail } = statfsSync(folder);
  const ballast = join(folder, 'ballast');
  writeFileSync(ballast, Buffer.alloc((bavail - 60) * bsize));
  const filled = await run(async ({ client, library }) => {
    const acknowledged: string[] = [];
    let refused: string | undefined;
    while (refused === undefined && acknowledged.length < 10_000) {
      const id = crypto.randomUUID();
      const event = library.jsonEvent({ id, type: 'Placed', data: { filling: 'x'.repeat(4000) } });
      try {
        await client.appendToStream('orders', event);
        acknowledged.push(id);
      } catch (error) {
        refused = String((error as { readonly type: string }).type);
      }
    }
    const stored = [];
    for await (const { event } of client.readStream('orders')) stored.push(event.id);
    return { acknowledged, refused, stored };
  });
  t.is(filled.refused, 'unavailable');
  await server.says(/^the log cannot be written: .*no space left/);
  const { status, reasons } = await readyz(http);
  t.is(status, 503);
  t.regex(reasons[0] ?? '', /^the log cannot be written: .*no space left/);
  t.deepEqual(filled.stored, filled.acknowledged);
  t.true(filled.stored.length > 0);

  rmSync(ballast);
  const after = await run(async ({ client, library }) => {
    await client.appendToStream('orders', library.jsonEvent({ type: 'Placed', data: {} }));
    const stored = [];
    for await (const { event } of client.readStream('orders')) stored.push(event.id);
    return stored.length;
  });
  t.is(after, filled.stored.length + 1);
  await server.says('the log can be written again');
  t.is(await server.end(), 0);
  t.true(readFileSync(join(folder, 'ledger.db')).length > 0);
});
