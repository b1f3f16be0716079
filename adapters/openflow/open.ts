import { either as E } from 'fp-ts';
import type { FlowTable, FlowTableFailure } from '../../domain/port/flow-table.ts';
import { encodeChange } from './flow-mod.ts';
import { countRequest, flowsRequest, readCount, readFlows } from './flow-stats.ts';
import { openSession } from './session.ts';

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
 * every call is `flows-unreachable` with the reason. What was in flight when it was lost may or may not have been done.
 */
export const openFlowTable = (options: FlowTableOptions): FlowTable => {
  const listeners = new Set<{ readonly call: () => void }>();
  const session = openSession({
    socketPath: options.socketPath,
    answerTimeoutMs: options.answerTimeoutMs ?? 5_000,
    firstPauseMs: 50,
    lastPauseMs: options.lastPauseMs ?? 2_000,
    onChange: () => {
      for (const { call } of [...listeners]) call();
    },
  });

  const ask = async <A>(
    body: Buffer,
    read: (parts: ReadonlyArray<Buffer>) => A,
  ): Promise<E.Either<FlowTableFailure, A>> => {
    const live = await session.live();
    if (E.isLeft(live)) return live;
    const answer = await live.right.ask(body);
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
      const live = await session.live();
      return E.isLeft(live) ? live : live.right.modify(changes.map(encodeChange));
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
