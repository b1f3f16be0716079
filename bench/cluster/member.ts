import { join } from 'node:path';
import { either as E } from 'fp-ts';
import { ledgerLink } from '../../adapters/esdb/ledger-link.ts';
import { files } from '../../adapters/fs/files.ts';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import type { HostCommand } from '../../domain/host/command.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import { openMembership } from '../../services/agent/membership.ts';
import { must } from '../../test/support/must.ts';

const quiet = (): void => undefined;
const log = {
  debug: quiet,
  info: quiet,
  warn: (message: string) => process.stderr.write(`${message}\n`),
  error: (message: string) => process.stderr.write(`${message}\n`),
};

let ownConnection = 0;

/** An agent without switch and kernel: its own log in a file, its followers, its ledger over the wire. */
export const openMember = async (folder: string, address: string, node: string) => {
  const ownLog = must(
    openSqliteStore({ path: join(folder, 'ledger.db'), clock, newLogId: ids.random, sha256 }),
  );
  // Clients of one process share a connection where all is alike; agents are programs of their own. And a program that is a hundred agents sees
  // late that its pings were answered.
  const text = `${address}&keepAliveInterval=${10_000 + ownConnection++}&keepAliveTimeout=60000`;
  const ledger = ledgerLink({ text, clock, timer, ids, sha256 }, join(folder, 'ledger.json'));
  const membership = must(
    await openMembership(
      { ownLog, clusterLog: ownLog, ledger, files, clock, timer, ids, sha256, log },
      {
        cluster: 'evio' as ClusterName,
        node: node as NodeName,
        publicKey: 'key',
        allocatorCheckpoint: join(folder, 'allocator.position'),
        eraEvents: 0,
      },
    ),
  );
  const ask = async (command: HostCommand): Promise<void> => {
    const cause = { actor: 'bench', commandId: ids.random(), correlationId: ids.random() };
    const decided = await membership.host.transact(command, cause)();
    if (E.isLeft(decided)) throw new Error(JSON.stringify(decided.left));
  };
  return {
    ...membership,
    ask,
    join: async () => {
      await ask({ type: 'start', bootId: 'bench' });
      await ask({ type: 'request-join', node: node as NodeName, publicKey: 'key' });
    },
    /** Polls; the figures it is for are of seconds. Throws when the ledger is followed no longer. */
    until: async (holds: () => boolean, everyMs = 50): Promise<void> => {
      while (!holds()) {
        const status = membership.ledger?.status();
        if (status?.state === 'stopped') throw new Error(status.words);
        await timer.sleep(everyMs);
      }
    },
    end: async () => {
      await membership.stop();
      await ownLog.close();
    },
  };
};
