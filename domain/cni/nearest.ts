import leven from 'leven';

/** The known key that was probably meant: the nearest one, at most two letters away. */
export const nearest = (known: ReadonlyArray<string>, key: string): string | undefined =>
  known
    .map((name) => ({ name, distance: leven(key.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.min(2, key.length - 1))
    .sort((one, other) => one.distance - other.distance)[0]?.name;
