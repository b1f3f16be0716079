import { either as E } from 'fp-ts';
import type { Sha256 } from '../port/digest.ts';
import type { LoggedEvent } from '../port/log-reader.ts';
import { type ChainState, followChain, startChain } from '../verify/chain-check.ts';
import type { Fault } from '../verify/fault.ts';
import { leftUnexplained } from '../verify/redactions.ts';
import { type ExportHeader, readEventLine, readHeader } from './export-file.ts';

/** Why a file is not a whole log. `line` counts from 1, the header's. */
export type ImportFailure = {
  readonly type: 'not-a-whole-log';
  readonly line: number;
  readonly reason: string;
};

/** A file on its way into a new log; `importLine` changes it. */
export type Importing = { readonly header: ExportHeader; readonly chain: ChainState; line: number };

const refused = (line: number, reason: string): E.Either<ImportFailure, never> =>
  E.left({ type: 'not-a-whole-log', line, reason });

const unfit = ({ position, type, found, expected }: Fault): string =>
  `the event at position ${position} does not fit (${type}): ${found} where ${expected} is expected`;

/** Reads the first line; `undefined` for a file without any. */
export const startImport = (sha256: Sha256, text: string | undefined): E.Either<ImportFailure, Importing> => {
  if (text === undefined) return refused(1, 'the file is empty');
  const header = readHeader(text);
  if (E.isLeft(header)) return refused(1, `this is not the header of an export: ${header.left}`);
  const { from } = header.right;
  return from === 0
    ? E.right({ header: header.right, chain: startChain(sha256), line: 1 })
    : refused(1, `the export begins at position ${from}, and a new log begins at 0`);
};

/** Reads the next line; its event follows from all before, or is refused. */
export const importLine = (importing: Importing, text: string): E.Either<ImportFailure, LoggedEvent> => {
  importing.line += 1;
  const { header, chain, line } = importing;
  if (chain.next === header.events)
    return refused(line, `the header announces ${header.events} events, and here is another`);
  const event = readEventLine(text);
  if (E.isLeft(event)) return refused(line, event.left);
  const followed = followChain(chain, event.right);
  return E.isRight(followed) ? event : refused(line, unfit(followed.left));
};

/** All lines were read: whether they are all that the header announces. */
export const finishImport = ({ header, chain, line }: Importing): E.Either<ImportFailure, undefined> => {
  if (chain.next !== header.events)
    return refused(
      line + 1,
      `the file ends after ${chain.next} events; its header announces ${header.events}`,
    );
  const altered = leftUnexplained(chain.redactions);
  // The header is the first line, and the event of position 0 the second.
  if (altered !== undefined) return refused(altered.position + 2, unfit(altered));
  return chain.logHash === header.logHash
    ? E.right(undefined)
    : refused(1, `the log's hash ${header.logHash} is not that of the last event, ${chain.logHash}`);
};
