import type { Call } from '../grpc/call.ts';
import { done, type GrpcStatus, refusedAs } from '../grpc/status.ts';
import { makeWriter } from '../protobuf/writer.ts';

export const persistentSubscriptions =
  '/event_store.client.persistent_subscriptions.PersistentSubscriptions/';

/** Why a method is not served. */
export const notServed = (path: string): GrpcStatus =>
  refusedAs(
    'unimplemented',
    path.startsWith(persistentSubscriptions)
      ? 'evio-ledger has no persistent subscriptions: subscribe to the stream, and keep the revision up to which you are done'
      : `evio-ledger does not serve ${path}`,
  );

/** PersistentSubscriptions/List: there are none. */
export const listNone = async ({ send }: Pick<Call, 'send'>): Promise<GrpcStatus> => {
  const writer = makeWriter(16);
  writer.framed(() => undefined);
  await send(writer.written());
  return done;
};
