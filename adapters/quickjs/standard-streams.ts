import * as os from 'quickjs:os';
import { either as E } from 'fp-ts';
import { readPieces, reasonOf, writeAll } from './descriptor.ts';

type InputFailure =
  | { readonly type: 'input-too-long' }
  | { readonly type: 'input-unreadable'; readonly reason: string };

const stdin = 0;
const stdout = 1;
const stderr = 2;

/** All of stdin as UTF-8 text, or why not; no more than `maxBytes` are kept. */
export const readInput = (maxBytes: number): Promise<E.Either<InputFailure, string>> =>
  new Promise((resolve) => {
    const decoder = new TextDecoder();
    let text = '';
    let length = 0;
    const unreadable = (reason: string): void => resolve(E.left({ type: 'input-unreadable', reason }));
    try {
      // Nobody would ever call back for a descriptor that is not there.
      os.read(stdin, new ArrayBuffer(0), 0, 0);
    } catch (cause) {
      return unreadable(reasonOf(cause));
    }
    readPieces(
      stdin,
      (bytes) => {
        length += bytes.length;
        text += decoder.decode(bytes, { stream: true });
        if (length > maxBytes) {
          resolve(E.left({ type: 'input-too-long' }));
          return 'enough';
        }
        if (bytes.length > 0) return 'more';
        resolve(E.right(text + decoder.decode()));
        return 'enough';
      },
      unreadable,
    );
  });

/**
 * Resolves when the texts are handed over, as far as anybody takes them: with the reason when stdout does not. While they
 * are written the process dies of SIGTERM and SIGINT again: a reader that takes nothing must not keep it.
 */
export const writeOutput = async (texts: {
  readonly stdout: string;
  readonly stderr: string;
}): Promise<string | undefined> => {
  os.signal(os.SIGTERM, null);
  os.signal(os.SIGINT, null);
  // A write to a pipe without a reader would end the process.
  os.signal(os.SIGPIPE, undefined);
  const encoder = new TextEncoder();
  if (texts.stderr !== '') await writeAll(stderr, encoder.encode(texts.stderr));
  const undelivered = texts.stdout === '' ? undefined : await writeAll(stdout, encoder.encode(texts.stdout));
  if (undelivered !== undefined) {
    await writeAll(stderr, encoder.encode(`evio: cannot write the result to stdout: ${undelivered}\n`));
  }
  return undelivered;
};
