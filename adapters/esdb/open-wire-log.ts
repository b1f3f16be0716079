import { either as E } from 'fp-ts';
import { isLedgerStream } from '../../domain/esdb/ledger-stream.ts';
import type { AppendFailure } from '../../domain/port/event-store.ts';
import type { OpenWireLog, WireLogFailure } from '../../domain/port/wire-log.ts';
import { retryFor } from '../../domain/retry-policy.ts';
import { type Calling, insist, readFailure } from './calling.ts';
import { readIdentity, staysAs } from './identity.ts';
import { openCalling } from './open-calling.ts';
import { lastOfAll, readWire } from './read.ts';

const notThere = (failure: AppendFailure): WireLogFailure => {
  switch (failure.type) {
    case 'unavailable':
    case 'denied':
      return failure;
    case 'rejected':
    case 'too-large':
      return { type: 'no-ledger-there', reason: failure.reason };
    case 'conflict':
    case 'duplicate-event-id':
      return { type: 'no-ledger-there', reason: `it answers a reading with ${failure.type}` };
  }
};

/** Somebody sits before it. */
const brief = retryFor(3_000);

/** An EventStoreDB, a KurrentDB or evio-ledger's own server, to read all of its log. Nothing is written there. */
export const openWireLog =
  (ports: Pick<Calling, 'clock' | 'timer'>): OpenWireLog =>
  async (text) => {
    const opened = openCalling(text, {
      ...ports,
      isOurs: isLedgerStream,
      patience: brief,
      endsWhenSilent: true,
    });
    if (E.isLeft(opened)) return opened;
    const { calling, end } = opened.right;
    const identity = await readIdentity(calling);
    if (E.isRight(identity) && identity.right !== undefined) {
      const reading = { ...calling, sameLog: staysAs(calling, identity.right) };
      return E.right({
        identity: identity.right,
        end: async () => {
          const last = await insist(calling, () => lastOfAll(calling));
          return E.isLeft(last) ? E.left(readFailure(last.left)) : E.right(last.right?.position ?? -1);
        },
        read: (from) => readWire(reading, from),
        close: end,
      });
    }
    await end();
    return E.isLeft(identity)
      ? E.left(notThere(identity.left))
      : E.left({ type: 'no-ledger-there', reason: 'no event there says which log it is' });
  };
