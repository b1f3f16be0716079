import { InvalidArgumentError } from 'commander';
import { either as E } from 'fp-ts';
import { parseAnchor, type SignedAnchor } from '../../domain/anchor/anchor.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { printFailure, type Terminal } from './terminal.ts';

/** An anchor as it was given, or the file that holds some. */
export type GivenAnchor = SignedAnchor | { readonly file: string };

/** `LINE` or `@FILE`; a line is read at once, so that a mistake in it is wrong usage. */
export const givenAnchor = (text: string): GivenAnchor => {
  if (text.startsWith('@')) return { file: text.slice(1) };
  const parsed = parseAnchor(text);
  if (E.isRight(parsed)) return parsed.right;
  throw new InvalidArgumentError(`${parsed.left.reason}; give the whole line in quotes, or @FILE.`);
};

/** The 32 bytes of an Ed25519 key in base64, as `evioctl anchor --json` prints them. */
export const publicKey = (text: string): string => {
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return text;
  throw new InvalidArgumentError('32 bytes in base64, as evioctl anchor --json prints them.');
};

/** Empty lines and those that begin with # are passed over. */
const inFile = async (
  { files }: Context,
  file: string,
): Promise<E.Either<{ readonly code: ExitCode; readonly msg: string }, ReadonlyArray<SignedAnchor>>> => {
  const read = await files.read(file)();
  if (E.isLeft(read))
    return E.left({ code: exitCodes.refused, msg: `${file} cannot be read: ${read.left.reason}` });
  if (read.right === undefined) return E.left({ code: exitCodes.refused, msg: `there is no file ${file}` });
  const anchors: SignedAnchor[] = [];
  for (const [index, line] of read.right.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const parsed = parseAnchor(line);
    if (E.isLeft(parsed))
      return E.left({
        code: exitCodes.usage,
        msg: `line ${index + 1} of ${file} is no anchor: ${parsed.left.reason}`,
      });
    anchors.push(parsed.right);
  }
  return anchors.length === 0
    ? E.left({ code: exitCodes.usage, msg: `${file} holds no anchor` })
    : E.right(anchors);
};

/** Every anchor that was given, files read; on the left the exit code, when the reason is printed. */
export const anchorsIn = async (
  context: Context,
  terminal: Terminal,
  given: ReadonlyArray<GivenAnchor>,
): Promise<E.Either<ExitCode, ReadonlyArray<SignedAnchor>>> => {
  const anchors: SignedAnchor[] = [];
  for (const one of given) {
    const found = 'file' in one ? await inFile(context, one.file) : E.right([one]);
    if (E.isLeft(found)) {
      const { code, msg } = found.left;
      printFailure(terminal, { type: 'refused', msg, remedy: 'give it lines that evioctl anchor printed' });
      return E.left(code);
    }
    anchors.push(...found.right);
  }
  return E.right(anchors);
};
