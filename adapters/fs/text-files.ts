import { createHash } from 'node:crypto';
import { closeSync, createWriteStream, openSync, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { taskEither as TE } from 'fp-ts';
import type { TextFiles } from '../../domain/port/text-file.ts';
import { failed } from './failure.ts';
import { replaceFile } from './replace.ts';

const chunkBytes = 1 << 18;

/** Far longer than any event: a file without line ends is none of ours, and must not fill the memory. */
const longestLine = 1 << 24;

const lines = function* (path: string): Generator<string, void> {
  const file = openSync(path, 'r');
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const chunk = Buffer.alloc(chunkBytes);
    let rest = '';
    for (;;) {
      const size = readSync(file, chunk);
      const pieces = decoder.decode(chunk.subarray(0, size), { stream: size > 0 }).split('\n');
      pieces[0] = rest + (pieces[0] ?? '');
      rest = pieces.pop() ?? '';
      if (rest.length > longestLine) throw new Error(`a line is longer than ${longestLine} characters`);
      yield* pieces;
      if (size === 0) break;
    }
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
};

const digest = (path: string): string => {
  const file = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(chunkBytes);
    for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk))
      hash.update(chunk.subarray(0, size));
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
};

const isBrokenPipe = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'EPIPE';

const toStdout = async (pieces: Iterable<string>): Promise<undefined> => {
  try {
    await pipeline(Readable.from(pieces), process.stdout, { end: false });
  } catch (cause) {
    // `head` has what it wanted.
    if (!isBrokenPipe(cause)) throw cause;
  }
  return undefined;
};

const toFile = async (path: string, pieces: Iterable<string>): Promise<undefined> => {
  await replaceFile(path, 0o600, (temporary) =>
    pipeline(Readable.from(pieces), createWriteStream(temporary, { flags: 'wx', mode: 0o600 })),
  );
  return undefined;
};

export const textFiles: TextFiles = {
  lines,
  digest,
  write: (path, pieces) =>
    TE.tryCatch(
      () => (path === undefined ? toStdout(pieces) : toFile(path, pieces)),
      failed(path ?? 'stdout'),
    ),
};
