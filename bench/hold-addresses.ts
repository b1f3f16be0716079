import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { either as E } from 'fp-ts';
import { openSqliteStore } from '../adapters/sqlite/open.ts';
import { clock } from '../adapters/system/clock.ts';
import { ids } from '../adapters/system/ids.ts';
import { sha256 } from '../adapters/system/sha256.ts';
import { host } from '../domain/host/decider.ts';
import { hostEvents } from '../domain/host/events.ts';
import { hostIfname } from '../domain/kernel/host-ifname.ts';
import { parseHostStream } from '../domain/stream.ts';
import { openAggregate } from '../services/transact.ts';

const give = <A>(outcome: E.Either<unknown, A>): A => {
  if (E.isRight(outcome)) return outcome.right;
  throw new Error(`addresses could not be held: ${JSON.stringify(outcome.left)}`);
};

/**
 * Writes `count` attachments into the log of a node whose agent is stopped, by the agent's own decisions. Their network
 * namespaces do not exist: only the log holds them.
 */
export const holdAddresses = async (stateDir: string, hostStream: string, count: number): Promise<void> => {
  const store = give(
    openSqliteStore({ path: join(stateDir, 'ledger.db'), clock, newLogId: ids.random, sha256 }),
  );
  try {
    const incarnation = parseHostStream(hostStream)?.incarnation ?? '';
    const aggregate = give(
      await openAggregate(
        { store, clock, ids, sha256 },
        { stream: hostStream, codecs: hostEvents, decider: host, incarnation },
      ),
    );
    const hold = async (index: number): Promise<void> => {
      const attachment = { network: 'evio', containerId: randomUUID(), ifname: 'eth0' };
      const requestId = ids.random();
      const cause = { actor: 'runtime', commandId: requestId, correlationId: requestId };
      const added = aggregate.transact(
        {
          type: 'add-pod',
          ...attachment,
          netns: { path: `/run/netns/held-${index}`, device: 4, inode: index },
          pod: { namespace: 'default', name: `held-${index}`, uid: randomUUID() },
          requestedAddresses: [],
          mtu: 1410,
          requestId,
          commandId: requestId,
          hostIfname: hostIfname(sha256, attachment),
        },
        cause,
      )();
      const wired = aggregate.transact(
        { type: 'wire-pod', ...attachment },
        { ...cause, commandId: ids.derive(requestId, 'wire') },
      )();
      give(await added);
      give(await wired);
    };
    // What is asked for at once is committed together.
    const atOnce = 250;
    for (let first = 0; first < count; first += atOnce) {
      const length = Math.min(atOnce, count - first);
      await Promise.all(Array.from({ length }, (_, index) => hold(first + index)));
    }
  } finally {
    await store.close();
  }
};
