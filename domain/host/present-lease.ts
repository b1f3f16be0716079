import { either as E } from 'fp-ts';
import type { HostCommand } from './command.ts';
import type { HostEvent } from './events.ts';
import type { HostFailure } from './failure.ts';
import { unsurrendered } from './retire-subnets.ts';
import type { HostState } from './state.ts';

/** The first generation of programs that reads `LeasePresented`. */
const presentReader = 6;

/** Once for each epoch, or again where that may change the answer; as soon as the restored log's readers can read it. Who never learnt anything of the cluster has nothing to say. */
export const presentLease = (
  { lease, extra, epoch: last, clusterRevision: known }: Readonly<HostState>,
  {
    publicKey,
    epoch,
    minReader,
    clusterRevision,
    again = false,
  }: Extract<HostCommand, { readonly type: 'present-lease' }>,
): E.Either<HostFailure, ReadonlyArray<HostEvent>> => {
  if (known < 0 || (last !== undefined && last >= epoch && !again)) return E.right([]);
  if (minReader < presentReader) return E.left({ type: 'readers-too-old', minReader, needed: presentReader });
  const held =
    lease === undefined
      ? { subnets: [] }
      : { subnets: unsurrendered(lease, extra), hostAddress: lease.hostAddress };
  return E.right([{ type: 'LeasePresented', publicKey, ...held, epoch, known, clusterRevision }]);
};
