import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { scratchFolder } from '../adapters/sqlite/scratch.ts';
import { configuration } from './cluster.ts';
import { addPod } from './host.ts';
import { askHost } from './kept-host.ts';
import { beginMember, type TestMember } from './member.ts';
import { runToEnd } from './run-to-end.ts';
import { serveCluster } from './served-cluster.ts';

const program = new URL('../../services/ledger/main.ts', import.meta.url).pathname;

/** Runs `evio-ledger` and fails with its words when it refuses. */
export const ledgerDoes = async (...args: ReadonlyArray<string>): Promise<void> => {
  const { code, err } = await runToEnd([process.execPath, program, ...args]);
  if (code !== 0) throw new Error(err);
};

/** A cluster served over the wire, whose ledger can be put back to what it was at an earlier moment. */
export const restorableCluster = async (t: ExecutionContext, minReader = 6) => {
  const served = await serveCluster(t, { ...configuration, minReader });
  const log = join(served.folder, 'ledger.db');
  const backup = join(served.folder, 'backup.db');
  const comes = async (node: string): Promise<TestMember & { readonly folder: string }> => {
    const folder = scratchFolder(t);
    const member = await beginMember(t, { folder, address: served.address, node });
    await member.join();
    await member.leased();
    await askHost(member.host, addPod(`first-of-${node}`));
    await member.shipped();
    return { ...member, folder };
  };
  return {
    ...served,
    comes,
    backUp: () => ledgerDoes('backup', backup, '--log', log),
    /** The server must not be running. */
    restore: () => ledgerDoes('restore', backup, '--log', log),
  };
};
