/** What was read from an index cannot be true: it is made anew. */
export class DamagedIndex extends Error {}
