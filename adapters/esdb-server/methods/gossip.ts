import type { Clock } from '../../../domain/port/clock.ts';
import type { LogIdentity } from '../../../domain/port/event-store.ts';
import type { OpenCall } from '../grpc/call.ts';
import { done, type GrpcStatus, refusedAs } from '../grpc/status.ts';
import { writeId } from '../messages/read-answer.ts';
import { makeWriter } from '../protobuf/writer.ts';

/** VNodeState in gossip.proto. */
const leader = 8;

/**
 * Gossip/Read: a cluster of one, its leader, by the very name and port under which the client reached it; where we listen may be
 * behind what the client can see. The member's id is the log's.
 */
export const gossip =
  ({ logId }: LogIdentity, clock: Clock) =>
  async ({ send, authority }: Pick<OpenCall, 'authority' | 'send'>): Promise<GrpcStatus> => {
    const asked = `http://${authority}`;
    if (!URL.canParse(asked)) return refusedAs('invalidArgument', `"${authority}" is no host and port`);
    const { hostname, port } = new URL(asked);
    const writer = makeWriter(256);
    writer.framed(() =>
      writer.message(1, () => {
        writer.message(5, () => {
          writer.number(2, Number(port || 80));
          writer.text(1, hostname.replace(/^\[(.*)\]$/, '$1'));
        });
        writer.number(4, 1);
        writer.number(3, leader);
        writer.bits(2, BigInt(Date.parse(clock.now())) * 10_000n);
        writer.message(1, () => writeId(writer, logId, 'halves'));
      }),
    );
    await send(writer.written());
    return done;
  };
