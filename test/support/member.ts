import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { ledgerLink } from '../../adapters/esdb/ledger-link.ts';
import { files } from '../../adapters/fs/files.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { LogFields } from '../../domain/port/log.ts';
import { openMembership } from '../../services/agent/membership.ts';
import type { MembershipPorts } from '../../services/agent/ports.ts';
import { openAt } from '../adapters/sqlite/scratch.ts';
import { opened } from './allocator.ts';
import { nodeName } from './events.ts';
import { bootId } from './host.ts';
import { askHost } from './kept-host.ts';
import { eventually } from './node.ts';

export type Line = {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields | undefined;
};

/** Keeps what is logged. */
export const listeningLog = () => {
  const lines: Line[] = [];
  const say = (level: string) => (message: string, fields?: LogFields) =>
    void lines.push({ level, message, fields });
  return { lines, log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') } };
};

/**
 * A node behind a ledger, without switch and kernel: its own log in a file of this folder, and the real followers. It begins to follow at
 * once; `end` ends it in good order, and the folder may be opened again.
 */
export const beginMember = async (
  t: Pick<ExecutionContext, 'teardown'>,
  { folder, address, node = 'node-1' }: { folder: string; address: string; node?: string },
  change: (ports: MembershipPorts) => MembershipPorts = (ports) => ports,
) => {
  const { lines, log } = listeningLog();
  const path = join(folder, 'ledger.db');
  const ownLog = openAt(path);
  const ledger = ledgerLink({ text: address, clock, timer, ids, sha256 }, join(folder, 'ledger.json'));
  const membership = await opened(
    openMembership(
      change({
        ...{ ownLog, clusterLog: ownLog, ledger, files, clock, timer, ids, sha256, log },
        supersede: ownLog.supersede,
      }),
      {
        cluster: 'evio' as ClusterName,
        node: nodeName(node),
        publicKey: 'key',
        allocatorCheckpoint: join(folder, 'allocator.position'),
        eraEvents: 0,
      },
    ),
  );
  membership.follow(async () => undefined);
  const { host } = membership;
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ended ??= membership.stop().then(() => ownLog.close());
    return ended;
  };
  t.teardown(end);
  const status = () => {
    if (membership.ledger === undefined) throw new Error('it has no ledger');
    return membership.ledger.status();
  };
  return {
    ...membership,
    path,
    ownLog,
    lines,
    status,
    end,
    join: async () => {
      await askHost(host, { type: 'start', bootId });
      await askHost(host, { type: 'request-join', node: nodeName(node), publicKey: 'key' });
    },
    leased: (patienceMs?: number) =>
      eventually(`${node} has its lease`, async () => host.state().lease, patienceMs),
    /** All that the node did is in the ledger. */
    shipped: (patienceMs?: number) =>
      eventually(
        `all events of ${node} are in the ledger`,
        async () => (status().state === 'following' && status().lagEvents === 0 ? true : undefined),
        patienceMs,
      ),
  };
};

export type TestMember = Awaited<ReturnType<typeof beginMember>>;
