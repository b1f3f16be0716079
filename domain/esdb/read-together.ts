/**
 * A method of evio-ledger's own beside those of EventStoreDB, with the request, the rights and the answers of Streams/Read: each of its messages holds many
 * of those, one behind the other and each framed as it would be there. A message of its own costs a client more than reading the event in it.
 */
export const readTogetherPath = '/evio.ledger.Streams/ReadTogether';
