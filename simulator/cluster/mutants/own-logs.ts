import { taskEither as TE } from 'fp-ts';
import type { HostCommand } from '../../../domain/host/command.ts';
import type { Membership } from '../../../services/agent/membership.ts';
import type { ClusterMutant } from './mutant.ts';

const cause = { actor: 'agent', commandId: '', correlationId: '' };

/** A leave that takes every pod for gone. */
const drainless = (membership: Membership): Membership['host']['transact'] => {
  const { host } = membership;
  return (command: HostCommand, asked, durability) => async () => {
    if (command.type === 'request-leave')
      for (const { network, containerId, ifname } of host.state().attachments.values()) {
        const commandId = `${asked.commandId.slice(0, -2)}${(host.state().attachments.size % 90) + 10}`;
        const gone = { type: 'delete-pod', reason: 'deleted', network, containerId, ifname } as const;
        await host.transact(gone, { ...cause, commandId, correlationId: commandId })();
      }
    return host.transact(command, asked, durability)();
  };
};

export const ownLogMutants: ReadonlyArray<ClusterMutant> = [
  {
    name: 'surrendered-before-the-drain',
    defect: 'a node that is to leave takes its pods for gone',
    seams: {
      membership: (membership) => ({
        ...membership,
        host: { ...membership.host, transact: drainless(membership) },
      }),
    },
  },
  {
    name: 'own-append-not-flushed',
    defect: 'an append to the own log is answered when it is written, before it is on disk',
    seams: {
      ports: (ports) => ({
        ...ports,
        ownLog: {
          ...ports.ownLog,
          append: (append) => ports.ownLog.append({ ...append, durability: 'written' }),
          flush: () => TE.right(undefined),
        },
      }),
    },
  },
  {
    name: 'adds-wait-for-the-ledger',
    defect: 'a pod is added when the ledger has heard of it',
    seams: {
      membership: (membership) => ({
        ...membership,
        host: {
          ...membership.host,
          transact: (command, asked, durability) => async () =>
            command.type === 'add-pod' && membership.ledger?.status().state !== 'following'
              ? TE.left({ type: 'denied' as const, reason: 'the ledger does not answer' })()
              : membership.host.transact(command, asked, durability)(),
        },
      }),
    },
  },
];
