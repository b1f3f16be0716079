/** What went wrong, and what helps. */
export type Words = { readonly msg: string; readonly remedy: string };

/** The same of a command; `unanswered` when nobody knows whether it was done. */
export type CommandFailed = Words & { readonly unanswered?: true };
