import type { ServerHttp2Stream } from 'node:http2';

/** Who takes so many bytes is not stuck, however long a message or a page is. */
const slice = 64 * 1024;

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
  /** Resolves when the client has taken nearly all that was written, or never will. */
  const drained = (): Promise<void> =>
    new Promise((resolve) => {
      const stuck = setTimeout(onStuck, stuckMs);
      const settled = (): void => {
        clearTimeout(stuck);
        stream.off('drain', settled);
        over.removeEventListener('abort', settled);
        resolve();
      };
      stream.once('drain', settled);
      over.addEventListener('abort', settled);
    });

  const write = async (framed: Buffer): Promise<boolean> => {
    for (let at = 0; at < framed.length; at += slice) {
      if (over.aborted || stream.destroyed || stream.closed) return false;
      begin();
      if (!stream.write(framed.subarray(at, at + slice))) await drained();
    }
    return !over.aborted;
  };

  let last = Promise.resolve(true);
  return (framed) => {
    last = last.then(() => write(framed));
    return last;
  };
};
