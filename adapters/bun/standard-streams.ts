import { either as E } from 'fp-ts';
import { stderr, stdin, stdout, write } from './runtime.ts';

type InputFailure =
  | { readonly type: 'input-too-long' }
  | { readonly type: 'input-unreadable'; readonly reason: string };

/** All of stdin as UTF-8 text, or why not; no more than `maxBytes` are kept. */
export const readInput = async (maxBytes: number): Promise<E.Either<InputFailure, string>> => {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  try {
    for await (const bytes of stdin.stream()) {
      length += bytes.length;
      if (length > maxBytes) return E.left({ type: 'input-too-long' });
      text += decoder.decode(bytes, { stream: true });
    }
  } catch (cause) {
    return E.left({
      type: 'input-unreadable',
      reason: cause instanceof Error ? cause.message : String(cause),
    });
  }
  return E.right(text + decoder.decode());
};

/** Resolves when the texts are handed over; a reader that has gone is not our failure. */
export const writeOutput = async (texts: {
  readonly stdout: string;
  readonly stderr: string;
}): Promise<void> => {
  if (texts.stderr !== '') await write(stderr, texts.stderr).catch(() => 0);
  if (texts.stdout !== '') await write(stdout, texts.stdout).catch(() => 0);
};
