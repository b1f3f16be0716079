import { either as E, type taskEither as TE } from 'fp-ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import type { ClusterEvent } from '../../domain/cluster/events.ts';
import { type ClusterFailure, describeClusterFailure } from '../../domain/cluster/failure.ts';
import type { LogAddress } from '../../domain/connection-string.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { isStreamFailure, type StreamFailure } from '../stream-failure.ts';
import type { TransactPorts } from '../transact.ts';
import { noCluster, unasked, untaken } from './command-failed.ts';
import { identifyLog } from './identify-log.ts';
import { openCluster } from './open-cluster.ts';
import type { StartFailure } from './start-failure.ts';
import type { SurveyLog } from './survey.ts';
import type { CommandFailed } from './words.ts';

export type CommandPorts = Omit<TransactPorts, 'store'> & {
  readonly openLedger: (address: LogAddress) => TE.TaskEither<StartFailure | StreamFailure, EventStore>;
  readonly surveyOf: (path: string) => SurveyLog;
};

/** Which cluster of which log: the file that no server has open, or a running server or EventStoreDB. */
export type Commanded = {
  readonly log: string;
  readonly ledger?: LogAddress;
  readonly cluster: ClusterName;
  /** False: one that the log does not have is not begun either, for nobody named it. */
  readonly mayBegin?: boolean;
};

type Decided = E.Either<CommandFailed, ReadonlyArray<ClusterEvent>>;

/** Beside an allocator that decides for hundreds of nodes at once, an append may come too late a few times. */
const attempts = 10;

/** The store, and whether an append to it may stand: one that was refused does not. */
const watchAppends = (
  store: EventStore,
): { readonly store: EventStore; readonly mayStand: () => boolean } => {
  let mayStand = false;
  const append: EventStore['append'] = (wanted) => async () => {
    mayStand = true;
    const answer = await store.append(wanted)();
    if (E.isLeft(answer) && answer.left.type !== 'unavailable') mayStand = false;
    return answer;
  };
  return { store: { ...store, append }, mayStand: () => mayStand };
};

const decideIn = async (
  ports: TransactPorts & { readonly survey: SurveyLog | undefined },
  address: LogAddress,
  name: ClusterName,
  command: ClusterCommand,
  begins: boolean,
): Promise<Decided> => {
  // What a restore that was interrupted left unsaid comes first: a decision must not be made as if nothing were missing.
  if (ports.survey !== undefined) {
    const identified = await identifyLog(ports, ports.survey);
    if (E.isLeft(identified)) return E.left(unasked(address)(identified.left));
  }
  const { store, mayStand } = watchAppends(ports.store);
  const cluster = await openCluster({ ...ports, store }, name);
  if (E.isLeft(cluster)) return E.left(unasked(address)(cluster.left));
  if (!begins && cluster.right.state().configuration === undefined) return E.left(noCluster(name));
  const commandId = ports.ids.random();
  const cause = { actor: 'operator', commandId, correlationId: commandId };
  for (let attempt = 1; ; attempt += 1) {
    const decided = await cluster.right.transact(command, cause)();
    // The allocator was quicker; what it wrote is known now, so it is decided again on that.
    if (E.isLeft(decided) && decided.left.type === 'conflict' && attempt < attempts) continue;
    return E.mapLeft((failure: ClusterFailure | StreamFailure) =>
      isStreamFailure(failure)
        ? (mayStand() ? untaken : unasked)(address)(failure)
        : describeClusterFailure(failure),
    )(decided);
  }
};

/** One command of an operator, decided on what stands and on disk when it resolves; or why not, in words. */
export const commandCluster = async (
  { openLedger, surveyOf, ...ports }: CommandPorts,
  { log, ledger, cluster, mayBegin = true }: Commanded,
  command: ClusterCommand,
): Promise<Decided> => {
  const address = ledger ?? ({ store: 'sqlite', path: log } as const);
  const survey = address.store === 'sqlite' ? surveyOf(address.path) : undefined;
  // Opening makes a log where there is none, and only `configure` begins one.
  const begins = command.type === 'configure' && mayBegin;
  const there = survey === undefined || begins ? E.right(undefined) : survey();
  if (E.isLeft(there))
    return E.left({ msg: `${there.left.path}: ${there.left.reason}`, remedy: there.left.remedy });
  const store = await openLedger(address)();
  if (E.isLeft(store)) return E.left(unasked(address)(store.left));
  const decided = await decideIn({ ...ports, store: store.right, survey }, address, cluster, command, begins);
  await store.right.close();
  return decided;
};
