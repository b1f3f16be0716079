import { join, resolve } from 'node:path';
import type { ExecutionContext } from 'ava';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { identifyLog } from '../../../services/ledger/identify-log.ts';
import { surveyOf } from '../../../services/ledger/survey.ts';
import { openAt, scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { realClock, sha256 } from '../../contract/event-store/support.ts';
import { generatedAppends } from '../../support/logged.ts';
import { must } from '../../support/must.ts';
import { type Ended, runToEnd } from '../../support/node.ts';
import { plainAddress, serveLog } from '../../support/wire.ts';

export const script = resolve(import.meta.dirname, '../../../services/evioctl/main.ts');

export const orders = (index: number, data: string | Uint8Array, metadata: string | Uint8Array = '') => ({
  id: `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`,
  type: 'OrderPlaced',
  contentType: typeof data === 'string' ? 'application/json' : 'application/octet-stream',
  data,
  metadata,
});

/** A log with the past of two nodes and what clients of EventStoreDB made of it, behind our server; and evioctl with a cache of its own. */
export const ledgerScene = async (t: ExecutionContext) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'ledger.db');
  let now = '';
  const log = openAt(path, { ...realClock, now: () => now });
  for (const { recordedAt, ...append } of generatedAppends('nodes=3,events=300,seed=5')) {
    now = recordedAt;
    must(await log.append(append)());
  }
  must(await identifyLog({ store: log, clock: realClock, ids, sha256 }, surveyOf(openSqliteReader)(path)));
  const { clients } = log;
  const place = (stream: string, ...events: ReadonlyArray<ReturnType<typeof orders>>) =>
    clients.append({ stream, expected: 'any', events })();
  must(await place('orders', orders(1, '{"n": 1.50}'), orders(2, Uint8Array.of(0xff, 0, 1))));
  must(await place('other', orders(1, 'no JSON', '{"$causationId":"why"}')));
  must(await clients.delete({ stream: 'orders', expected: 'any' })());
  must(await place('orders', orders(3, '{}', Uint8Array.of(0xfe))));
  must(await clients.tombstone({ stream: 'other', expected: 'any' })());
  const server = await serveLog(clients, realClock);
  t.teardown(async () => {
    await server.close(100);
    await log.close();
  });
  const cache = join(folder, 'cache');
  const env = { PATH: process.env['PATH'], TZ: 'Europe/Berlin', XDG_CACHE_HOME: cache };
  const evioctlArgs = (...args: ReadonlyArray<string>) => ({
    command: [process.execPath, script, ...args],
    env,
  });
  const evioctl = (...args: ReadonlyArray<string>): Promise<Ended> =>
    runToEnd(evioctlArgs(...args).command, { env });
  const wire = plainAddress(server.port);
  return { folder, path, cache, log, evioctl, evioctlArgs, wire };
};
