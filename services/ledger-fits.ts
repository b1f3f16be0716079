import { either as E } from 'fp-ts';
import { violation } from '../domain/cluster/violation.ts';
import { decodeMetadata } from '../domain/envelope.ts';
import type { ClusterName } from '../domain/identity/cluster-name.ts';
import type { EventStore, ReadFailure } from '../domain/port/event-store.ts';
import type { Files, FilesFailure } from '../domain/port/files.ts';
import { clusterStream } from '../domain/stream.ts';
import { eventAt } from './event-at.ts';
import type { LedgerUnfit } from './ledger-of.ts';

/**
 * Who follows a ledger (the mark beside the log says so) has a replica of its decisions, and would go on deciding in it: what two decide,
 * two nodes get. So without the ledger nothing begins. `ledger`: its address, `undefined` where none was given.
 */
export const ledgerNotLeftOut = async (
  files: Pick<Files, 'exists'>,
  markPath: string,
  ledger: string | undefined,
): Promise<E.Either<LedgerUnfit | FilesFailure, undefined>> => {
  if (ledger !== undefined) return E.right(undefined);
  const marked = await files.exists(markPath)();
  if (E.isLeft(marked)) return marked;
  if (!marked.right) return E.right(undefined);
  return E.left({
    type: 'ledger-unfit',
    violation: violation(
      '--ledger',
      undefined,
      `is not given, and this log follows a ledger (${markPath})`,
      'give --ledger; to go on without one set the state folder aside and start anew',
    ),
  });
};

/**
 * A log that decided for the cluster itself follows nobody: every such log gave away the same first subnet, and a ledger knows of none of
 * them. Only before the first contact; a mark says that what stands here came from the ledger. `ledger`: its hosts.
 */
export const noOwnDecisions = async (
  ownLog: EventStore,
  files: Pick<Files, 'exists'>,
  markPath: string,
  cluster: ClusterName,
  ledger: string | undefined,
): Promise<E.Either<LedgerUnfit | FilesFailure | ReadFailure, undefined>> => {
  if (ledger === undefined) return E.right(undefined);
  const stream = clusterStream(cluster);
  const first = await eventAt(ownLog, stream, 0);
  if (E.isLeft(first)) return first;
  if (first.right === undefined) return E.right(undefined);
  const marked = await files.exists(markPath)();
  if (E.isLeft(marked)) return marked;
  const said = decodeMetadata(first.right);
  if (E.isLeft(said)) return said;
  if (marked.right || said.right.incarnation !== ownLog.identity.logId) return E.right(undefined);
  return E.left({
    type: 'ledger-unfit',
    violation: violation(
      '--ledger',
      ledger,
      `was not there when this log began: ${stream} in it was decided here, without a ledger`,
      'leave it out to go on as before; to join that ledger end the pods, set the state folder aside and start anew',
    ),
  });
};
