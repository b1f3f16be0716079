/**
 * A method of evio-ledger's own beside those of EventStoreDB, with the request, the rights and the answers of Streams/Read: each of its messages holds many
 * of those, one behind the other and each framed as it would be there. A message of its own costs a client more than reading the event in it. The first of all says which
 * log it is that is read, so that nobody needs to ask for that beside it.
 */
export const readTogetherPath = '/evio.ledger.Streams/ReadTogether';

/** In that ReadResp: a message of a field of its own, with the log's id as text and its epoch as number. */
export const readLogFields = { log: 100, logId: 1, epoch: 2 } as const;
