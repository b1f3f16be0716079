/**
 * What of a copy of a stream a later epoch of its log does not have stays where it was, and bears another stream's name. Its chain goes on
 * from the stream that it was of, and links are made of the names that it had.
 */
export const supersededStream = (stream: string, epoch: number): string => `superseded-${epoch}:${stream}`;

export type Superseded = { readonly stream: string; readonly epoch: number };

/** Fourteen digits: an epoch has its place in the twelve last ones of an id. */
const named = /^superseded-([1-9]\d{0,13}):(.+)$/s;

/** The inverse of `supersededStream`; `undefined` for any other stream. */
export const parseSuperseded = (stream: string): Superseded | undefined => {
  const [, epoch, of] = named.exec(stream) ?? [];
  return of === undefined ? undefined : { stream: of, epoch: Number(epoch) };
};

/**
 * An id is unique in a log, and the later epoch may decide the same request again, by the same id. So a superseded event has its own with
 * the epoch in its last twelve digits (exclusive or): done twice it is the id that it had. What is no UUID stays as it is.
 */
export const supersededId = (id: string, epoch: number): string => {
  const digits = id.slice(-12);
  if (!/^[0-9a-f]{12}$/.test(digits)) return id;
  const mixed = BigInt(`0x${digits}`) ^ BigInt(epoch);
  return `${id.slice(0, -12)}${mixed.toString(16).padStart(12, '0')}`;
};
