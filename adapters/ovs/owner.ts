/** What marks a port or a bridge as made by us, in its `external_ids`. Nothing without it is removed. */
export const owner = { owner: 'evio-ledger' } as const;

type Marked = { readonly externalIds: Readonly<Record<string, string>> };

export const isOurs = (row: Marked): boolean => row.externalIds['owner'] === owner.owner;

/** The external ids as they were given to us. */
export const withoutMark = ({ externalIds }: Marked): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(externalIds).filter(([key]) => key !== 'owner'));
