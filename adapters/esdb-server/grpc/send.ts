import type { ServerHttp2Stream } from 'node:http2';

/** Who takes so many bytes is not stuck, however long a message or a page is. */
const slice = 64 * 1024;

/** So many bytes may wait for a client to take them: when it has room for more, they are there and need not be made first. */
const ahead = 2 * slice;

type Sending = {
  /** Sends the response's headers, once. */
  readonly begin: () => void;
  readonly over: AbortSignal;
  readonly stuckMs: number;
  /** Called when the client has taken nothing for so long. */
  readonly onStuck: () => void;
};

/** Sends one after the other what it is given, as `Call` promises it. */
export const sender = (
  stream: ServerHttp2Stream,
  { begin, over, stuckMs, onStuck }: Sending,
): ((framed: Buffer) => Promise<boolean>) => {
  /** Bytes that were written and not taken yet. */
  let waiting = 0;
  let taken: () => void = () => undefined;

  const write = (part: Buffer): void => {
    waiting += part.length;
    stream.write(part, () => {
      waiting -= part.length;
      taken();
    });
  };

  /** Resolves when little enough waits, or nobody will ever take it. */
  const room = (): Promise<void> =>
    new Promise((resolve) => {
      const stuck = setTimeout(onStuck, stuckMs);
      const settle = (): void => {
        clearTimeout(stuck);
        over.removeEventListener('abort', settle);
        taken = () => undefined;
        resolve();
      };
      taken = () => {
        if (waiting <= ahead) settle();
        else stuck.refresh();
      };
      over.addEventListener('abort', settle);
    });

  const send = async (framed: Buffer): Promise<boolean> => {
    for (let at = 0; at < framed.length; at += slice) {
      if (over.aborted || stream.destroyed || stream.closed) return false;
      begin();
      write(framed.subarray(at, at + slice));
      if (waiting > ahead) await room();
    }
    return !over.aborted;
  };

  let last = Promise.resolve(true);
  return (framed) => {
    last = last.then(() => send(framed));
    return last;
  };
};
