import type { OpenCall } from '../grpc/call.ts';
import { done, type GrpcStatus } from '../grpc/status.ts';
import { makeWriter, type Writer } from '../protobuf/writer.ts';

/** Clients read it as three numbers: the protocol that we speak is this server's. */
const version = '24.10.0';

/** In the order of ServerFeatures; clients compare in lower case. Without features: `deadline_duration`, for one, we do not read. */
const supported: ReadonlyArray<readonly [service: string, method: string]> = [
  ['event_store.client.streams.streams', 'append'],
  ['event_store.client.streams.streams', 'batchappend'],
  ['event_store.client.streams.streams', 'read'],
  ['event_store.client.streams.streams', 'delete'],
  ['event_store.client.streams.streams', 'tombstone'],
  ['event_store.client.gossip.gossip', 'read'],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods'],
];

const writeFeatures = (writer: Writer): void => {
  writer.text(2, version);
  for (const [service, method] of supported.toReversed())
    writer.message(1, () => {
      writer.text(2, service);
      writer.text(1, method);
    });
};

/** ServerFeatures/GetSupportedMethods: asked once a channel. */
export const serverFeatures = async ({ send }: Pick<OpenCall, 'send'>): Promise<GrpcStatus> => {
  const writer = makeWriter(1024);
  writer.framed(() => writeFeatures(writer));
  await send(writer.written());
  return done;
};
