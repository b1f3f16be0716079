const mark = 'prepared ';

/**
 * What the alias of a pair carries that was made before its address was known: no attachment's key, for names hold no space (CNI spec,
 * section 2). So a pair that an agent's death left is told from a pod whose log was lost.
 */
export const preparedAlias = (key: string): string => mark + key;

/** Whose pair it is, by `attachmentKey`; `undefined` for an attachment's own. */
export const preparedKey = (alias: string): string | undefined =>
  alias.startsWith(mark) ? alias.slice(mark.length) : undefined;
