/**
 * A method of evio-ledger's own beside those of EventStoreDB, with the requests and the rights of Streams/Append. Its answer is AppendResp and, where the events were
 * written now, the store's stamp and the hash of the last of them, as text in fields of its own. Without them whoever must know what stands there reads it back.
 */
export const appendStampedPath = '/evio.ledger.Streams/AppendStamped';

/** Of what was there before, both are absent. */
export const stampedFields = { recordedAt: 100, hash: 101 } as const;
