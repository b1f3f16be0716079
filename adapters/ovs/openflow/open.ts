import { either as E } from 'fp-ts';
import { bothTold } from '../../../domain/ovs/both-told.ts';
import type { FlowsTold, FlowTable, FlowTableFailure } from '../../../domain/port/flow-table.ts';
import { makeCoalesced } from '../coalesce.ts';
import { keepConnected, type Life } from '../keep-connected.ts';
import { type Connection, type ConnectionFailure, type ConnectionOptions, connect } from './connection.ts';
import { encodeChange } from './flow-mod.ts';
import { mayTakePlace, monitorRequest, readTold } from './flow-monitor.ts';
import { countRequest, flowsRequest, readCount, readFlows } from './flow-stats.ts';
import { type KeptFlows, makeKeptFlows } from './kept-flows.ts';
import type { Message } from './message.ts';

export type FlowTableOptions = {
  /** Where the bridge itself takes OpenFlow, without a controller: `BRIDGE.mgmt` in ovs-vswitchd's run directory. */
  readonly socketPath: string;
  /** For the switch to connect, and to give each answer; 5 s unless given. */
  readonly answerTimeoutMs?: number;
  /** The longest pause before connecting again; 2 s unless given. Each call connects at once. */
  readonly lastPauseMs?: number;
};

type Live = { readonly connection: Connection; readonly kept: KeptFlows };

/** Connects, and asks the switch to tell of changes. One that cannot refuses, and is asked each time. */
const begin = async (
  options: Omit<ConnectionOptions, 'onTold'>,
  onForeignChange: (told: FlowsTold) => void,
): Promise<E.Either<string, Life<Live>>> => {
  const kept = makeKeptFlows();
  const read = (message: Message): FlowsTold => {
    const told = readTold(message);
    const known = kept.hear(told);
    return mayTakePlace(told) ? 'any' : known;
  };
  const onTold = (message: Message): void => {
    const told = E.getOrElse(() => kept.hear('unread'))(E.tryCatch(() => read(message), E.toError));
    if (told === 'any' || told.size > 0) onForeignChange(told);
  };
  const connected = await connect({ ...options, onTold });
  if (E.isLeft(connected)) return connected;
  const connection = connected.right;
  void connection.ask(monitorRequest()).then((answer) => {
    if (E.isRight(answer)) kept.hear('telling');
  });
  return E.right({ live: { connection, kept }, end: connection.close });
};

/**
 * The flows of one bridge (ovs-vswitchd(8), "OpenFlow"). Connects by itself, now and whenever the connection is lost; meanwhile
 * every call is `flows-unreachable` with the reason. What was in flight when it was lost is asked once more.
 */
export const openFlowTable = (options: FlowTableOptions): FlowTable => {
  const changed = makeCoalesced(bothTold);
  const { socketPath, answerTimeoutMs = 5_000, lastPauseMs = 2_000 } = options;
  // A bridge that is made anew ends its connections.
  const session = keepConnected<Live, FlowTableFailure>(
    { socketPath, firstPauseMs: 50, lastPauseMs, onChange: () => changed.tell('any') },
    (onClosed) => begin({ socketPath, answerTimeoutMs, onClosed }, changed.tell),
    (reason) => ({ type: 'flows-unreachable', reason }),
  );

  /** Asks once more where the connection turned out to have ended: all that we ask may be asked again. */
  const onLive = async <A>(
    use: (live: Live) => Promise<E.Either<ConnectionFailure, A>>,
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
    { connection }: Live,
    body: Buffer,
    read: (parts: ReadonlyArray<Buffer>) => A,
  ): Promise<E.Either<ConnectionFailure, A>> => {
    const answer = await connection.ask(body);
    if (E.isLeft(answer)) return answer;
    return E.tryCatch(
      () => read(answer.right),
      (error) => ({ type: 'flows-unreachable', reason: `its answer cannot be read: ${error}` }),
    );
  };
  const askFlows = (live: Live, cookie?: string) =>
    ask(live, flowsRequest(cookie), (parts) => parts.flatMap(readFlows));

  const flowsOf = async (live: Live, cookie: string) => {
    const known = live.kept.of(cookie);
    if (known !== undefined) return E.right(known);
    const keep = live.kept.asking(cookie);
    const answer = await askFlows(live, cookie);
    if (E.isRight(answer)) keep(answer.right);
    return answer;
  };

  return {
    flows: (cookie) => () =>
      onLive((live) => (cookie === undefined ? askFlows(live) : flowsOf(live, cookie))),
    count: () => () =>
      onLive((live) => ask(live, countRequest(), ([part = Buffer.alloc(0)]) => readCount(part))),
    change: (changes) => async () => {
      if (changes.length === 0) return E.right(undefined);
      return onLive(async ({ connection, kept }) => {
        const made = kept.changing(changes);
        const outcome = await connection.modify(changes.map(encodeChange));
        made();
        return outcome;
      });
    },
    onChange: changed.listen,
    close: async () => {
      changed.close();
      session.close();
    },
  };
};
