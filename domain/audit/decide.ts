import { either as E } from 'fp-ts';
import type { AuditCommand, RedactionTarget } from './command.ts';
import type { AuditEvent } from './events.ts';
import type { AuditFailure } from './failure.ts';
import type { AuditState } from './state.ts';

/** The first generation of programs that takes a redacted payload for what it is, and not for an altered one. */
const redactionReader = 3;

/** A name is looked for as a word of its own: a pod may be called "a". */
const isNamed = (reason: string, { names }: RedactionTarget): boolean => {
  const words = new Set(reason.split(/[^\p{L}\p{N}_.-]+/u).map((word) => word.replace(/\.+$/, '')));
  return names.some((name) => words.has(name));
};

/** What follows from a command, or why it is refused. What was redacted before is passed by: the same again decides nothing. */
export const decide = (
  { targets, reason, minReader }: AuditCommand,
  state: Readonly<AuditState>,
): E.Either<AuditFailure, ReadonlyArray<AuditEvent>> => {
  const fresh = targets.filter(({ id }) => !state.redacted.has(id));
  const without = fresh.find(({ redacted }) => redacted.length === 0);
  if (without !== undefined)
    return E.left({ type: 'nothing-to-redact', position: without.position, event: without.event });
  if (fresh.length > 0 && minReader < redactionReader)
    return E.left({ type: 'readers-too-old', minReader, needed: redactionReader });
  const named = fresh.find((target) => isNamed(reason, target));
  if (named !== undefined) return E.left({ type: 'reason-names-it', position: named.position });
  return E.right(
    fresh.map(({ position, stream, revision, id, redacted, remainingHash }) => ({
      type: 'PayloadRedacted',
      position,
      stream,
      revision,
      id,
      redacted,
      reason,
      remainingHash,
    })),
  );
};
