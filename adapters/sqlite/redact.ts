import { either as E } from 'fp-ts';
import { admitRedaction } from '../../domain/audit/admit-redaction.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { Append, Appended, Unavailable } from '../../domain/port/event-store.ts';
import type { PayloadRedactor, RedactedPayload } from '../../domain/port/payload-redactor.ts';
import type { appendQueue } from './append-queue.ts';
import { type Placing, placing } from './place.ts';
import type { ReadStatements } from './read-statements.ts';
import { reasonOf } from './reason.ts';
import type { Done } from './work.ts';

type RedactParts = {
  readonly path: string;
  readonly sha256: Sha256;
  readonly statements: ReadStatements;
  readonly append: ReturnType<typeof appendQueue>['append'];
  readonly closed: () => boolean;
};

/** A repeat finds its payloads redacted already. */
const redacting = (append: Append, remaining: ReadonlyMap<number, string>): Placing => ({
  events: append.events.length,
  run: (transaction) =>
    E.map((done: Done<Appended>) => {
      if (done.wrote.length > 0)
        for (const [position, payload] of remaining) transaction.statements.replacePayload(position, payload);
      return done;
    })(placing(append).run(transaction)),
});

/**
 * A redaction is an append that changes rows in its own transaction. They are looked at before: nothing else changes a row, and of two
 * redactions of one row only one can have the expected revision.
 */
export const redactIn =
  ({ path, sha256, statements, append, closed }: RedactParts): PayloadRedactor['redact'] =>
  ({ payloads, ...where }) =>
  async () => {
    const { stream, expectedRevision } = where;
    const first = expectedRevision === 'no-stream' ? 0 : expectedRevision + 1;
    const stands = ({ event }: RedactedPayload, index: number): boolean =>
      statements.pageOfStream(stream, first + index)[0]?.id === event.id;
    try {
      const repeated = payloads.every(stands);
      const admitted = admitRedaction(sha256, statements.eventAt, repeated ? [] : payloads);
      if (E.isLeft(admitted)) return admitted;
      const events = payloads.map(({ event }) => event);
      return await append(redacting({ ...where, events }, admitted.right));
    } catch (error) {
      const reason = closed() ? 'the log is closed' : reasonOf(error, path);
      return E.left<Unavailable>({ type: 'unavailable', reason });
    }
  };
