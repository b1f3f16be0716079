/** What went wrong, and what helps. */
export type Words = { readonly msg: string; readonly remedy: string };
