import { either as E } from 'fp-ts';
import { genesis } from '../../domain/chain.ts';
import { mirrorEvent } from '../../domain/esdb/mirror-event.ts';
import type { ClientEventRead } from '../../domain/port/client-log.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { LogMirror, MirrorEnd } from '../../domain/port/log-mirror.ts';
import type { LoggedEvent } from '../../domain/port/log-reader.ts';
import type { WireLog } from '../../domain/port/wire-log.ts';

/** Why a log cannot be mirrored. */
export type MirrorFailure =
  | { readonly type: 'mirror-unavailable'; readonly path: string; readonly reason: string }
  | { readonly type: 'not-to-be-mirrored'; readonly reason: string };

/** The events of a batch as the mirror gets them. */
export const rowsOf = (
  { sha256 }: { readonly sha256: Sha256 },
  { identity: { logId } }: WireLog,
  mirror: LogMirror,
  after: MirrorEnd | undefined,
  batch: ReadonlyArray<ClientEventRead>,
  ours: boolean,
): E.Either<MirrorFailure, ReadonlyArray<LoggedEvent>> => {
  const heads = new Map<string, { readonly revision: number; readonly hash: string }>();
  const head = (stream: string) => heads.get(stream) ?? mirror.head(stream);
  const rows: LoggedEvent[] = [];
  let [position, logHash] = [(after?.position ?? -1) + 1, after?.logHash ?? genesis];
  for (const read of batch) {
    if (ours && read.position !== position)
      return E.left({
        type: 'not-to-be-mirrored',
        reason: `the events of positions ${position} to ${read.position - 1} are archived and not there any more`,
      });
    const row = mirrorEvent({ logId, sha256, position, logHash, head }, read);
    if (E.isLeft(row)) return E.left({ type: 'not-to-be-mirrored', reason: row.left });
    rows.push(row.right);
    heads.set(read.stream, row.right);
    position += 1;
    logHash = row.right.logHash;
  }
  return E.right(rows);
};
