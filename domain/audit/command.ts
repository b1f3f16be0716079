import type { PayloadRedacted } from './events.ts';

/** An event that somebody wants redacted, with what can be taken out of it. */
export type RedactionTarget = Pick<
  PayloadRedacted,
  'position' | 'stream' | 'revision' | 'id' | 'redacted' | 'remainingHash'
> & {
  readonly event: string;
  /** Texts that are to be forgotten, and so must not stand in the reason. */
  readonly names: ReadonlyArray<string>;
};

export type RedactPayloads = {
  readonly type: 'redact-payloads';
  readonly targets: ReadonlyArray<RedactionTarget>;
  readonly reason: string;
  /** The oldest programs that read this log (`domain/reader.ts`). */
  readonly minReader: number;
};

export type AuditCommand = RedactPayloads;
