import { either as E } from 'fp-ts';
import { type Acl, parseAcl } from '../../domain/access/acl.ts';
import { streamKind } from '../../domain/access/stream-kind.ts';
import { describedBy, metadataStream } from '../../domain/esdb/ledger-stream.ts';
import type { ClientEventRead, ClientLog } from '../../domain/port/client-log.ts';
import type { ReadAcl } from './access.ts';

/** What of a `$metadata` event says who may do what; metadata that nobody can read lets nobody in but operators. */
const aclOf = ({ data }: Pick<ClientEventRead, 'data'>): Acl | undefined => {
  try {
    const metadata: unknown = JSON.parse(typeof data === 'string' ? data : new TextDecoder().decode(data));
    const { $acl } = Object(metadata) as { readonly $acl?: unknown };
    return $acl === undefined ? undefined : parseAcl($acl);
  } catch {
    return parseAcl(undefined);
  }
};

/** The last metadata of a client stream says it; streams of the ledger heed none. */
export const readAclIn =
  (log: Pick<ClientLog, 'readStream'>): ReadAcl =>
  async (asked) => {
    const stream = describedBy(asked) ?? asked;
    if (streamKind(stream).kind !== 'client') return undefined;
    const read = await log.readStream({
      stream: metadataStream(stream),
      direction: 'backwards',
      from: 'end',
      limit: 1,
    })();
    if (E.isLeft(read)) return read.left.type === 'unavailable' ? parseAcl(undefined) : undefined;
    for await (const { events } of read.right) for (const event of events) return aclOf(event);
    return undefined;
  };
