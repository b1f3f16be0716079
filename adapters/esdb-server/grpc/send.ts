import type { ServerHttp2Stream } from 'node:http2';
import type { Outflow } from './outflow.ts';

/** Who takes so many bytes is not stuck, however long a message or a page is. */
const slice = 64 * 1024;

/** So many bytes may wait for a client to take them: when it has room for more, they are there and need not be made first. */
const ahead = 2 * slice;

type Sending = {
  /** Sends the response's headers, once. */
  readonly begin: () => void;
  readonly over: AbortSignal;
  /** The connection's. */
  readonly outflow: Outflow;
  readonly stuckMs: number;
  /** Called when the client has taken nothing for so long. */
  readonly onStuck: () => void;
};

export type Sender = {
  /** Sends one after the other what it is given, as `Call` promises it. */
  readonly send: (framed: Buffer) => Promise<boolean>;
  /** As `Call` promises it. */
  readonly room: () => Promise<boolean>;
};

/** What is sent on one stream of a connection. */
export const sender = (
  stream: ServerHttp2Stream,
  { begin, over, outflow, stuckMs, onStuck }: Sending,
): Sender => {
  /** Bytes that were written and not taken yet. */
  let waiting = 0;
  let taken: () => void = () => undefined;
  const parts = outflow.stream();

  const write = (part: Buffer): void => {
    waiting += part.length;
    parts.add();
    stream.write(part, () => {
      parts.left();
      waiting -= part.length;
      taken();
    });
  };

  /** Resolves when no more than so many bytes wait, or nobody will ever take them. */
  const fewer = (most: number): Promise<void> =>
    new Promise((resolve) => {
      const stuck = setTimeout(onStuck, stuckMs);
      const settle = (): void => {
        clearTimeout(stuck);
        over.removeEventListener('abort', settle);
        taken = () => undefined;
        resolve();
      };
      taken = () => {
        if (waiting <= most) settle();
        else stuck.refresh();
      };
      over.addEventListener('abort', settle);
    });

  const send = async (framed: Buffer): Promise<boolean> => {
    for (let at = 0; at < framed.length; at += slice) {
      if (over.aborted || stream.destroyed || stream.closed) return false;
      begin();
      write(framed.subarray(at, at + slice));
      if (waiting > ahead) await fewer(ahead);
    }
    return !over.aborted;
  };

  let last = Promise.resolve(true);
  /** So many sends and waits for room are not done yet. */
  let underWay = 0;
  const inTurn = (act: () => Promise<boolean>): Promise<boolean> => {
    underWay += 1;
    last = last.then(act).finally(() => {
      underWay -= 1;
    });
    return last;
  };
  const room = async (): Promise<boolean> => {
    if (waiting > ahead - slice && !over.aborted) await fewer(ahead - slice);
    return !over.aborted;
  };

  return {
    send: (framed) => {
      if (underWay > 0 || framed.length > slice || waiting + framed.length > ahead)
        return inTurn(() => send(framed));
      // Most of what is sent, and nothing is before it: it leaves in this turn.
      if (over.aborted || stream.destroyed || stream.closed) return Promise.resolve(false);
      begin();
      write(framed);
      return Promise.resolve(true);
    },
    room: () => inTurn(room),
  };
};
