/*
 * The wire alone: a server that answers every append at once, with no decision and no disk. Prints its port, and serves until it is ended.
 */
import { taskEither as TE } from 'fp-ts';
import { defaultLimits } from '../../adapters/esdb-server/limits.ts';
import { openWireServer } from '../../adapters/esdb-server/open.ts';
import { openMemoryStore } from '../../adapters/memory/open.ts';
import { compilePattern } from '../../adapters/re2/compile.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { must } from '../../test/support/must.ts';

const nothing = (): void => undefined;
const anybody = { name: 'anybody', may: () => TE.right(undefined), revoked: new AbortController().signal };
let position = 0;
const server = must(
  await openWireServer({
    log: {
      ...openMemoryStore({ clock, newLogId: ids.random, sha256 }).clients,
      append: () => {
        position += 1;
        return TE.right({ revision: position, position });
      },
    },
    address: '127.0.0.1',
    port: 0,
    access: { authenticate: () => TE.right(anybody) },
    clock,
    ids,
    compile: compilePattern,
    limits: defaultLimits,
    journal: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    observer: { called: nothing, appended: nothing, sent: nothing },
  }),
);
process.stdout.write(`${server.port}\n`);
