import * as os from 'quickjs:os';

/** Linux's numbers, the same on x86-64 and arm64 (asm-generic/errno-base.h, errno.h). */
export const eagain = 11;

export const errnoOf = (cause: unknown): number | undefined =>
  cause instanceof Error && 'errno' in cause && typeof cause.errno === 'number' ? cause.errno : undefined;

export const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** What is read here is short as a rule, and room that is larger is asked of the kernel, cleared and given back each time. */
const chunkBytes = 16 * 1024;

/**
 * Gives each piece that `fd` brings to `receive`, an empty one at its end, until `receive` says that it wants no more or
 * the returned function is called. `fail` is called at most once, and last.
 */
export const readPieces = (
  fd: number,
  receive: (bytes: Uint8Array) => 'more' | 'enough',
  fail: (reason: string) => void,
): (() => void) => {
  const buffer = new ArrayBuffer(chunkBytes);
  const stop = (): void => os.setReadHandler(fd, null);
  os.setReadHandler(fd, () => {
    try {
      const length = os.read(fd, buffer, 0, chunkBytes);
      if (receive(new Uint8Array(buffer.slice(0, length))) === 'enough' || length === 0) stop();
    } catch (cause) {
      if (errnoOf(cause) === eagain) return;
      stop();
      fail(reasonOf(cause));
    }
  });
  return stop;
};

/** Hands all bytes over, waiting while nobody takes them; resolves with the reason when it cannot. */
export const writeAll = (fd: number, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> =>
  new Promise((resolve) => {
    let written = 0;
    const end = (reason: string | undefined): void => {
      os.setWriteHandler(fd, null);
      resolve(reason);
    };
    const write = (): void => {
      try {
        while (written < bytes.length) {
          written += os.write(fd, bytes.buffer, bytes.byteOffset + written, bytes.length - written);
        }
        end(undefined);
      } catch (cause) {
        if (errnoOf(cause) === eagain) os.setWriteHandler(fd, write);
        else end(reasonOf(cause));
      }
    };
    write();
  });
