import { either as E } from 'fp-ts';
import type { FlowTable, FlowTableFailure } from '../../../domain/port/flow-table.ts';
import { keepConnected } from '../keep-connected.ts';
import { type Connection, type ConnectionFailure, connect } from './connection.ts';
import { encodeChange } from './flow-mod.ts';
import { countRequest, flowsRequest, readCount, readFlows } from './flow-stats.ts';

export type FlowTableOptions = {
  /** Where the bridge itself takes OpenFlow, without a controller: `BRIDGE.mgmt` in ovs-vswitchd's run directory. */
  readonly socketPath: string;
  /** For the switch to connect, and to give each answer; 5 s unless given. */
  readonly answerTimeoutMs?: number;
  /** The longest pause before connecting again; 2 s unless given. Each call connects at once. */
  readonly lastPauseMs?: number;
};

/**
 * The flows of one bridge (ovs-vswitchd(8), "OpenFlow"). Connects by itself, now and whenever the connection is lost; meanwhile
 * every call is `flows-unreachable` with the reason. What was in flight when it was lost is asked once more.
 */
export const openFlowTable = (options: FlowTableOptions): FlowTable => {
  const listeners = new Set<{ readonly call: () => void }>();
  const { socketPath, answerTimeoutMs = 5_000, lastPauseMs = 2_000 } = options;
  const onChange = (): void => {
    for (const { call } of [...listeners]) call();
  };
  // A bridge that is made anew ends its connections.
  const session = keepConnected<Connection, FlowTableFailure>(
    { socketPath, firstPauseMs: 50, lastPauseMs, onChange },
    async (onClosed) =>
      E.map((connection: Connection) => ({ live: connection, end: connection.close }))(
        await connect({ socketPath, answerTimeoutMs, onClosed }),
      ),
    (reason) => ({ type: 'flows-unreachable', reason }),
  );

  /** Asks once more where the connection turned out to have ended: all that we ask may be asked again. */
  const onLive = async <A>(
    use: (connection: Connection) => Promise<E.Either<ConnectionFailure, A>>,
    again = true,
  ): Promise<E.Either<FlowTableFailure, A>> => {
    const live = await session.live();
    if (E.isLeft(live)) return live;
    const outcome = await use(live.right);
    if (E.isRight(outcome)) return outcome;
    if (outcome.left.type !== 'lost') return E.left(outcome.left);
    return again ? onLive(use, false) : E.left({ ...outcome.left, type: 'flows-unreachable' });
  };

  const ask = async <A>(
    body: Buffer,
    read: (parts: ReadonlyArray<Buffer>) => A,
  ): Promise<E.Either<FlowTableFailure, A>> => {
    const answer = await onLive((connection) => connection.ask(body));
    if (E.isLeft(answer)) return answer;
    return E.tryCatch(
      () => read(answer.right),
      (error) => ({ type: 'flows-unreachable', reason: `its answer cannot be read: ${error}` }),
    );
  };

  return {
    flows: (cookie) => () => ask(flowsRequest(cookie), (parts) => parts.flatMap(readFlows)),
    count: () => () => ask(countRequest(), ([part = Buffer.alloc(0)]) => readCount(part)),
    change: (changes) => async () => {
      if (changes.length === 0) return E.right(undefined);
      return onLive((connection) => connection.modify(changes.map(encodeChange)));
    },
    onChange: (call) => {
      const entry = { call };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    close: async () => {
      listeners.clear();
      session.close();
    },
  };
};
