import { either as E } from 'fp-ts';

export type KeepOptions = {
  readonly socketPath: string;
  /** The pause before connecting again: it doubles from the first to the last. */
  readonly firstPauseMs: number;
  readonly lastPauseMs: number;
  /** The connection came or went. */
  readonly onChange: () => void;
};

/** One life of a connection, and how to end it. */
export type Life<Live> = { readonly live: Live; readonly end: (reason: string) => void };

export type Kept<Live, Failure> = {
  /** The connection there is, or the outcome of an attempt to make one now. */
  readonly live: () => Promise<E.Either<Failure, Live>>;
  readonly close: () => void;
};

/**
 * Connects at once and then keeps connecting by itself until closed. `begin` calls `onEnded` only for a life that began, once; on the
 * left it says why none did.
 */
export const keepConnected = <Live, Failure>(
  { socketPath, firstPauseMs, lastPauseMs, onChange }: KeepOptions,
  begin: (onEnded: () => void) => Promise<E.Either<string, Life<Live>>>,
  unreachable: (reason: string) => Failure,
): Kept<Live, Failure> => {
  let current: Live | undefined;
  let attempt: Promise<E.Either<Failure, Live>> | undefined;
  let pauseMs = firstPauseMs;
  let retry: NodeJS.Timeout | undefined;
  let end: ((reason: string) => void) | undefined;
  let closed = false;

  const retryLater = (): void => {
    if (closed) return;
    retry = setTimeout(() => void live(), pauseMs);
    pauseMs = Math.min(pauseMs * 2, lastPauseMs);
  };

  const tryNow = async (): Promise<E.Either<Failure, Live>> => {
    clearTimeout(retry);
    const begun = await begin(() => {
      current = undefined;
      onChange();
      retryLater();
    });
    if (E.isLeft(begun)) {
      retryLater();
      return E.left(unreachable(`${socketPath}: ${begun.left}`));
    }
    end = begun.right.end;
    if (closed) {
      end('closed');
      return E.left(unreachable('closed'));
    }
    pauseMs = firstPauseMs;
    current = begun.right.live;
    onChange();
    return E.right(current);
  };

  const live = async (): Promise<E.Either<Failure, Live>> => {
    if (closed) return E.left(unreachable('closed'));
    if (current !== undefined) return E.right(current);
    attempt ??= tryNow().finally(() => {
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
      end?.('closed');
    },
  };
};
