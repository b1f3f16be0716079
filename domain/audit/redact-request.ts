import * as t from 'io-ts';
import { Integer } from '../integer.ts';

/** Whose payloads: one event, by its position or id, or every event that names a pod (`namespace/name`). */
const Target = t.union([
  t.strict({ position: Integer }),
  t.strict({ id: t.string }),
  t.strict({ pod: t.string }),
]);
export type Target = t.TypeOf<typeof Target>;

/** What `evioctl redact` asks of the agent. */
export const RedactRequest = t.strict({
  target: Target,
  reason: t.string,
  /** The operator's user name. */
  by: t.string,
  dryRun: t.boolean,
});
export type RedactRequest = t.TypeOf<typeof RedactRequest>;

/** What became of it, or would become. */
export type RedactAnswer = {
  readonly dryRun: boolean;
  readonly events: ReadonlyArray<{
    readonly position: number;
    readonly id: string;
    readonly event: string;
    readonly state: 'redacted' | 'redacted-before';
  }>;
  /** Whether nothing of what was redacted is left in the log's files; absent of a dry run. */
  readonly cleared?: boolean;
};

/** How far the agent has looked for what is meant; `looked` is absent while it looks for nothing. An agent of before does not say. */
export type RedactProgress = { readonly looked?: { readonly done: number; readonly of: number } };
