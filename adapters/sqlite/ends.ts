import { genesis } from '../../domain/chain.ts';
import type { AppendStatements, LogHead, StreamEnd } from './append-statements.ts';

/**
 * Where the log and its streams end, remembered: the lock makes this store the file's only writer, so it need not ask at
 * each append. Whoever writes past the lock all the same is met by the tables' own UNIQUE constraints.
 */
export type Ends = {
  /** Of an empty log: position -1. */
  readonly log: () => LogHead;
  /** `undefined` when the stream has no event. */
  readonly stream: (name: string) => StreamEnd | undefined;
  readonly moved: (name: string, stream: StreamEnd, log: LogHead) => void;
  /** After a transaction that was not kept: what was remembered may not have come to be. */
  readonly forget: () => void;
};

/** Streams; some 20 MiB. Clients may begin any number. */
const mostRemembered = 50_000;

export const rememberEnds = (statements: AppendStatements): Ends => {
  const streams = new Map<string, StreamEnd | undefined>();
  let head: LogHead | undefined;
  const remember = (name: string, end: StreamEnd | undefined): void => {
    if (streams.size === mostRemembered) streams.clear();
    streams.set(name, end);
  };
  return {
    log: () => {
      head ??= statements.logHead() ?? { position: -1, recordedAt: '', logHash: genesis };
      return head;
    },
    stream: (name) => {
      const known = streams.get(name);
      if (known !== undefined || streams.has(name)) return known;
      const found = statements.streamEnd(name);
      remember(name, found);
      return found;
    },
    moved: (name, stream, log) => {
      remember(name, stream);
      head = log;
    },
    forget: () => {
      streams.clear();
      head = undefined;
    },
  };
};
