import { either as E } from 'fp-ts';
import type { FlowTableFailure } from '../../domain/port/flow-table.ts';
import { type Connection, connect } from './connection.ts';

export type Session = {
  /** The connection there is, or the outcome of an attempt to make one now. */
  readonly live: () => Promise<E.Either<FlowTableFailure, Connection>>;
  readonly close: () => void;
};

export type SessionOptions = {
  readonly socketPath: string;
  readonly answerTimeoutMs: number;
  /** The pause before connecting again: it doubles from the first to the last. */
  readonly firstPauseMs: number;
  readonly lastPauseMs: number;
  /** The connection came or went. */
  readonly onChange: () => void;
};

/** Connects at once and then keeps connecting by itself until closed: a bridge that is made anew ends its connections. */
export const openSession = (options: SessionOptions): Session => {
  const { socketPath, answerTimeoutMs, onChange } = options;
  let current: Connection | undefined;
  let attempt: Promise<E.Either<FlowTableFailure, Connection>> | undefined;
  let pauseMs = options.firstPauseMs;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  const unreachable = (reason: string) => E.left<FlowTableFailure>({ type: 'flows-unreachable', reason });

  const retryLater = (): void => {
    if (closed) return;
    retry = setTimeout(() => void live(), pauseMs);
    pauseMs = Math.min(pauseMs * 2, options.lastPauseMs);
  };

  const begin = async (): Promise<E.Either<FlowTableFailure, Connection>> => {
    clearTimeout(retry);
    const onClosed = (): void => {
      current = undefined;
      onChange();
      retryLater();
    };
    const connected = await connect({ socketPath, answerTimeoutMs, onClosed });
    if (E.isLeft(connected)) {
      retryLater();
      return unreachable(`${socketPath}: ${connected.left}`);
    }
    if (closed) {
      connected.right.close('closed');
      return unreachable('closed');
    }
    pauseMs = options.firstPauseMs;
    current = connected.right;
    onChange();
    return connected;
  };

  const live: Session['live'] = async () => {
    if (closed) return unreachable('closed');
    if (current !== undefined) return E.right(current);
    attempt ??= begin().finally(() => {
      attempt = undefined;
    });
    return attempt;
  };

  void live();
  return {
    live,
    close: () => {
      closed = true;
      clearTimeout(retry);
      current?.close('closed');
    },
  };
};
