import { either as E } from 'fp-ts';
import type { ClientEventRead } from '../../domain/port/client-log.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { LogMirror, LogMirrors } from '../../domain/port/log-mirror.ts';
import type { WireLog } from '../../domain/port/wire-log.ts';
import { isAuditStream } from '../../domain/stream.ts';
import { digestOf, stillFits, type Unfit, unfit } from './mirror-fit.ts';
import { type MirrorFailure, rowsOf } from './mirror-rows.ts';

export type MirrorPorts = { readonly mirrors: LogMirrors; readonly sha256: Sha256 };

/** `anew`: what was there did not fit, for this reason, and was made again. */
export type Mirrored = { readonly path: string; readonly anew: string | undefined };

const batchEvents = 1000;

/** What an EventStoreDB keeps for itself comes and goes, and is no part of the log. */
const isOfTheServer = (stream: string): boolean => /^\$(?!\$)|^\$\$\$/.test(stream);

/** Reads on from the mirror's end. Throws what reading the log, or writing the file, throws. */
const catchUp = async (
  ports: MirrorPorts,
  log: WireLog,
  mirror: LogMirror,
  tick: (read: number) => void,
): Promise<E.Either<MirrorFailure | Unfit, undefined>> => {
  let end = mirror.end();
  const fits = await stillFits(ports, log, end);
  if (E.isLeft(fits)) return fits;
  const known = end !== undefined;
  // Our own server counts from 0, without gaps. In an EventStoreDB a position is a place in its file.
  let ours = end && end.there === end.position;
  let batch: ClientEventRead[] = [];
  let read = 0;
  const store = (): E.Either<MirrorFailure | Unfit, undefined> => {
    const last = batch.at(-1);
    if (last === undefined) return E.right(undefined);
    // A redaction changes events that were read before: their names must go from here too.
    if (known && batch.some(({ stream }) => isAuditStream(stream)))
      return unfit('payloads in it were redacted');
    const rows = rowsOf(ports, log, mirror, end, batch, ours === true);
    if (E.isLeft(rows))
      return mirror.end()?.position === end?.position ? rows : E.left({ type: 'overtaken' });
    const source = { there: last.position, seen: digestOf(ports.sha256, last) };
    const added = mirror.add(rows.right, source, end);
    if (E.isLeft(added)) return added;
    // By another evioctl, which reads the same: what it has put there stays.
    if (!added.right) return E.left({ type: 'overtaken' });
    end = mirror.end();
    read += batch.length;
    batch = [];
    tick(read);
    return E.right(undefined);
  };
  for await (const event of log.read((end?.there ?? -1) + 1)) {
    ours ??= event.position === 0;
    if (!ours && isOfTheServer(event.stream)) continue;
    batch.push(event);
    const stored = batch.length < batchEvents ? E.right(undefined) : store();
    if (E.isLeft(stored)) return stored;
  }
  return store();
};

const attempt = async (
  ports: MirrorPorts,
  log: WireLog,
  tick: (read: number) => void,
): Promise<E.Either<MirrorFailure | Unfit, string>> => {
  const opened = ports.mirrors.open(log.identity);
  if (E.isLeft(opened)) return opened;
  const mirror = opened.right;
  try {
    return E.map(() => mirror.path)(await catchUp(ports, log, mirror, tick));
  } finally {
    mirror.close();
  }
};

/**
 * Brings the mirror of a log up to the log's end and says where it is: a log file with the same events at the same positions, with the
 * same stamps and hashes, that every command can read. Only what is new is read; what does not fit any more is made anew. Throws what
 * reading the log throws.
 */
export const mirrorLog = async (
  ports: MirrorPorts,
  log: WireLog,
  tick: (read: number) => void,
): Promise<E.Either<MirrorFailure, Mirrored>> => {
  const { mirrors } = ports;
  let anew = mirrors.removeOthers(log.identity)
    ? `it was restored: epoch ${log.identity.epoch} has begun`
    : undefined;
  for (;;) {
    const made = await attempt(ports, log, tick);
    if (E.isRight(made)) return E.right({ path: made.right, anew });
    if (made.left.type === 'overtaken') continue;
    if (made.left.type !== 'unfit') return E.left(made.left);
    if (anew === made.left.reason)
      return E.left({ type: 'not-to-be-mirrored', reason: `${anew}, and did so again while it was read` });
    anew = made.left.reason;
    mirrors.remove(log.identity);
  }
};
