/** What one log's audit stream folds to. */
export type AuditState = {
  /** Ids of the events whose payload was redacted. */
  readonly redacted: Set<string>;
};

export const initialState = (): AuditState => ({ redacted: new Set() });
